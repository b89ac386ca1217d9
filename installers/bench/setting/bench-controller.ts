import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { AuditLog } from '@millwright/controller/audit';
import { createApiToken } from '@millwright/controller/auth';
import {
  createEnrolmentBundle,
  databasePath,
  initialise,
  signAndPublish,
} from '@millwright/controller/installation';
import { openStore, type Store } from '@millwright/controller/store';
import { z } from 'zod';
import { Child } from './child.ts';
import { runbooksForMany } from './runbooks.ts';

const clock = { now: Date.now };
const audit = new AuditLog(clock);
const program = fileURLToPath(new URL('../../../controller/src/cli/main.ts', import.meta.url));
const Started = z.object({ message: z.literal('started'), agents: z.string(), dashboard: z.string() });

/**
 * A controller as it is installed: a program of its own on a data folder of its own. What it has committed is seen by reading its
 * database file, which costs it nothing.
 */
export class BenchController implements AsyncDisposable {
  readonly dataDir: string;
  /** For what is prepared before the controller starts. */
  readonly #folder: string;
  readonly #host: string;
  #child: Child | undefined;
  #reader: DatabaseSync | undefined;
  /** `host:port` of the agents' door. */
  agents = '';
  /** The API's address. */
  api = '';

  private constructor(folder: string, host: string) {
    this.#folder = folder;
    this.dataDir = join(folder, 'controller');
    this.#host = host;
  }

  /** A new installation with all stock runbooks signed, not started. */
  static async install(host = '127.0.0.1'): Promise<BenchController> {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-'));
    const controller = new BenchController(folder, host);
    const { dataDir } = controller;
    const offlineDir = join(folder, 'offline');
    const door = { host, port: 0 };
    await initialise({
      dataDir,
      offlineDir,
      clock,
      configuration: { names: [host], agents: door, web: door },
    });
    await signAndPublish({ dataDir, offlineDir, folders: runbooksForMany(join(folder, 'runbooks')), clock });
    return controller;
  }

  /** A folder for whatever else belongs to the bench; removed with the controller. */
  get folder(): string {
    return this.#folder;
  }

  get pid(): number {
    if (this.#child === undefined) throw new TypeError('the controller is not started');
    return this.#child.pid;
  }

  get database(): DatabaseSync {
    this.#reader ??= new DatabaseSync(databasePath(this.dataDir), { readOnly: true });
    return this.#reader;
  }

  async start(): Promise<void> {
    const child = new Child('the controller', process.execPath, [
      program,
      'serve',
      '--json',
      '--data',
      this.dataDir,
    ]);
    this.#child = child;
    const started = await child.line((line) => {
      if (!line.startsWith('{')) return undefined;
      const parsed = Started.safeParse(JSON.parse(line));
      return parsed.success ? parsed.data : undefined;
    });
    this.agents = started.agents;
    const { port } = new URL(started.dashboard);
    this.api = `https://${this.#host}:${port}`;
  }

  /** Works on the controller's data by its own code. */
  async prepare<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore(databasePath(this.dataDir));
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** Lets runbooks run alone for every client: the owner's decision, made for the bench. */
  allow(runbooks: readonly string[]): Promise<void> {
    return this.prepare((store) =>
      store.write(async (tx) => {
        await tx
          .insertInto('modes')
          .values(runbooks.map((runbook) => ({ runbook, client: '*', mode: 'autonomous' as const })))
          .execute();
      }),
    );
  }

  /** An enrolment bundle, once the controller has started. */
  bundle() {
    return this.prepare((store) =>
      createEnrolmentBundle({ store, audit, clock }, this.dataDir, {
        client: 'Hill Bakery',
        site: 'Head office',
        hours: 1,
        by: 'bench',
        controller: this.agents,
      }),
    );
  }

  /** A secret for the API. */
  async apiToken(): Promise<string> {
    const request = { name: 'bench', role: 'owner' as const, expiresInDays: 1, by: 'bench' };
    const { token } = await this.prepare((store) => createApiToken({ store, audit, clock }, request));
    return token;
  }

  /** Ends it at once, as a power cut does. */
  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader?.close();
    await this.#child?.[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
