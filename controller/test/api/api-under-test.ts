import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role, SignatureTaken, WarrantDraft } from '@millwright/shared/api';
import { defaultPolicy } from '@millwright/shared/protocol';
import { Manifest } from '@millwright/shared/runbook';
import type { Envelope } from '@millwright/shared/trust';
import { GiB } from '@millwright/shared/units';
import type { FastifyInstance } from 'fastify';
import { buildApi, type CatalogueRunbook, type EnginePort } from '../../src/api/index.ts';
import { AuditLog } from '../../src/audit/index.ts';
import { type AuthParts, createApiToken } from '../../src/auth/index.ts';
import { Authority } from '../../src/identity/index.ts';
import { LiveFeed } from '../../src/live/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';

/** An engine that does nothing but remember what it was asked, or refuse all of it. */
export class RecordingEngine implements EnginePort {
  readonly asked: unknown[][] = [];
  refusal: Error | undefined;

  async #ask(...call: unknown[]): Promise<void> {
    this.asked.push(call);
    if (this.refusal !== undefined) throw this.refusal;
  }
  approve(remediation: number, by: string): Promise<void> {
    return this.#ask('approve', remediation, by);
  }
  async draft(remediation: number, by: string): Promise<WarrantDraft> {
    await this.#ask('draft', remediation, by);
    return {
      payload: 'e30=',
      payloadType: 'application/vnd.millwright.warrant+json',
      expiresAt: 1,
      catalogue: {},
      bundle: 'e30=',
      endpoint: { id: 'e', hostname: 'web-1' },
      client: { id: 'hill', name: 'Hill & Sons' },
      ticket: 1,
      signaturesNeeded: 1,
      signedBy: [],
    };
  }
  async sign(remediation: number, envelope: Envelope, by: string): Promise<SignatureTaken> {
    await this.#ask('sign', remediation, envelope, by);
    return {
      warrant: '7e3ea4a5-42b4-4a2a-9a3a-30e3a5a6b0c1',
      ordered: true,
      signaturesNeeded: 1,
      signedBy: ['Ada'],
      expiresAt: 1,
    };
  }
  decline(remediation: number, by: string, reason?: string): Promise<void> {
    return this.#ask('decline', remediation, by, reason);
  }
  async order(order: Parameters<EnginePort['order']>[0]): Promise<{ warrant: string }> {
    await this.#ask('order', order);
    return { warrant: '7e3ea4a5-42b4-4a2a-9a3a-30e3a5a6b0c1' };
  }
  acknowledge(alert: number, by: string): Promise<void> {
    return this.#ask('acknowledge', alert, by);
  }
  comment(ticket: number, by: string, text: string): Promise<void> {
    return this.#ask('comment', ticket, by, text);
  }
  closeTicket(ticket: number, by: string, text?: string): Promise<void> {
    return this.#ask('closeTicket', ticket, by, text);
  }
  setMode(runbook: string, client: string, mode: string, by: string): Promise<void> {
    return this.#ask('setMode', runbook, client, mode, by);
  }
  unsetMode(runbook: string, client: string, by: string): Promise<void> {
    return this.#ask('unsetMode', runbook, client, by);
  }
  setKillSwitch(on: boolean, reason: string, by: string): Promise<void> {
    return this.#ask('setKillSwitch', on, reason, by);
  }
}

export const restart: CatalogueRunbook = {
  manifest: Manifest.parse({
    schema: 1,
    id: 'linux/service/restart',
    version: 3,
    title: 'Restart a service',
    summary: 'Starts a stopped systemd service again.',
    class: 'L1',
    technicians: 0,
    platforms: ['linux'],
    conditions: ['service-stopped'],
    parameters: { service: { type: 'fact', fact: 'stopped-service', description: 'The service' } },
    steps: { fix: { interpreter: 'sh', file: 'fix.sh', arguments: ['service'], timeoutSeconds: 30 } },
    limits: { perHour: 3, perDay: 10, cooldownSeconds: 0, outputBytes: 4096 },
    verifyWithinSeconds: 30,
    detaches: false,
  }),
  files: { 'fix.sh': 'systemctl restart -- "$1"\n' },
  sha256: 'ab'.repeat(32),
};

/** The API over a real store in a folder of its own, at a time that the test sets. */
export class ApiUnderTest {
  readonly folder: string;
  readonly store: Store;
  readonly clock: { at: number; now(): number };
  readonly auth: AuthParts;
  readonly live = new LiveFeed();
  readonly engine = new RecordingEngine();
  readonly logged: string[] = [];
  readonly app: FastifyInstance<Server>;
  readonly #tokens = new Map<Role, string>();

  private constructor(
    folder: string,
    auth: AuthParts,
    clock: ApiUnderTest['clock'],
    build: (api: ApiUnderTest) => FastifyInstance<Server>,
  ) {
    this.folder = folder;
    this.auth = auth;
    this.store = auth.store;
    this.clock = clock;
    this.app = build(this);
  }

  static async open(dashboardDir?: string): Promise<ApiUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-api-'));
    const clock = {
      at: Date.UTC(2026, 0, 15, 12),
      now() {
        return this.at;
      },
    };
    const store = await openStore(join(folder, 'millwright.db'));
    const auth = { store, clock, audit: new AuditLog(clock) };
    const authority = await Authority.create(join(folder, 'ca'), { now: () => Date.now() });
    const tls = await authority.issueServer(['localhost']);
    const live = new LiveFeed();
    const engine = new RecordingEngine();
    const logged: string[] = [];
    const storage: Storage = {
      freeBytes: 5 * GiB,
      totalBytes: 10 * GiB,
      room: 'enough',
      databaseBytes: 4096,
      logBytes: 0,
    };
    const app = await buildApi({
      ...auth,
      live,
      engine,
      catalogue: {
        runbooks: () => [restart],
        trust: () => ({ schema: 1, warrantKeys: [], technicians: [] }),
        expiresAt: () => clock.at + 86_400_000,
      },
      storage: async () => storage,
      policyFor: async () => defaultPolicy,
      tls,
      dashboardDir: dashboardDir ?? join(folder, 'no-dashboard'),
      log: (message, facts) => logged.push(`${message} ${JSON.stringify(facts)}`),
    });
    const api = new ApiUnderTest(folder, auth, clock, () => app);
    return Object.assign(api, { live, engine, logged });
  }

  /** A token of a role, made at the first asking. */
  async token(role: Role): Promise<string> {
    const known = this.#tokens.get(role);
    if (known !== undefined) return known;
    const { token } = await createApiToken(this.auth, { name: role, role, expiresInDays: 1, by: 'test' });
    this.#tokens.set(role, token);
    return token;
  }

  /** Asks as a role (a token), and answers with the status and the parsed body. */
  async ask(role: Role | null, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object) {
    const headers = role === null ? {} : { authorization: `Bearer ${await this.token(role)}` };
    const response = await this.app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: response.statusCode,
      body: response.body === '' ? undefined : response.json(),
      headers: response.headers,
    };
  }

  /** The audit log's entries, as `actor action subject`. */
  async audited(): Promise<string[]> {
    const rows = await this.store.read.selectFrom('audit').selectAll().orderBy('seq').execute();
    return rows.map((row) => `${row.actor} ${row.action} ${row.subject}`);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.store.close();
    rmSync(this.folder, { recursive: true });
  }
}
