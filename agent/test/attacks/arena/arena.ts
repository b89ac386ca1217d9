import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { EventBody, Policy } from '@millwright/shared/protocol';
import type { Bundle, Fact, Platform } from '@millwright/shared/runbook';
import {
  type Envelope,
  keyIdOf,
  REPORT_TYPE,
  RunReport,
  sha256,
  signEnvelope,
  verifyEnvelope,
  WARRANT_TYPE,
  type Warrant,
} from '@millwright/shared/trust';
import { Catalogue } from '../../../src/catalogue/index.ts';
import { LocalPolicy } from '../../../src/config/index.ts';
import { ProcessStepRunner, type StartProcess } from '../../../src/runner/index.ts';
import { openState } from '../../../src/state/index.ts';
import { FloorClock, pruneRecords, resetClock, WarrantDesk } from '../../../src/warrants/index.ts';
import { Operator } from './operator.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';

/** When this endpoint's agent was built. Milliseconds since the epoch. */
const BUILT_AT = 1_700_000_000_000;

/** One endpoint with everything real in it but the link, and a controller that is in the attacker's hands. */
export class Arena {
  readonly folder = mkdtempSync(join(tmpdir(), 'arena-'));
  /** A run of the honest script adds a line here. */
  readonly marker = join(this.folder, 'marker');
  readonly operator = new Operator();
  readonly clock = { time: 1_900_000_000_000, now: (): number => this.clock.time };
  readonly events: EventBody[] = [];
  /** Each process that was started: its file, arguments and environment. */
  readonly started: { file: string; args: readonly string[]; env: NodeJS.ProcessEnv | undefined }[] = [];
  /** Held by the attacker: the controller's database and keys. */
  readonly warrantKey: KeyObject;
  readonly controllerPolicy: Policy = { version: 1, conditions: {}, killSwitch: false };
  readonly localPolicy: LocalPolicy;
  readonly scene: Scene;
  /** False drops the link. */
  linkUp = true;
  /** What the endpoint's readings show. */
  facts: Fact[] = [{ kind: 'filling-filesystem', value: '/var', details: {} }];
  /** Until somebody has looked. */
  looking = Promise.resolve();
  platform: Platform = 'linux';
  sequence = 0;
  /** `ranSoFar` as it was before the last warrant was sent. */
  ranBeforeLast = { scripts: 0, processes: 0 };
  readonly endpointKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  /** The most processes of scripts that lived at one time. */
  mostAtOnce = 0;
  #running = 0;
  #db: DatabaseSync;
  #desk: WarrantDesk;

  constructor(options: SceneOptions = {}) {
    this.scene = setScene(this.marker, options);
    this.warrantKey = this.scene.warrantKey;
    this.localPolicy = LocalPolicy.parse({
      allPerHour: 1000,
      perHour: 1000,
      perDay: 1000,
      ...options.localPolicy,
    });
    this.publish();
    [this.#db, this.#desk] = this.#boot();
  }

  get db(): DatabaseSync {
    return this.#db;
  }

  /** The operator publishes the catalogue anew, honestly. */
  publish(bundle: Bundle = this.scene.bundle): void {
    this.operator.publish(this.clock.time, [bundle], this.scene.trust);
  }

  /** The agent's process ends and starts again on the same disk. */
  restart(): void {
    this.#db.close();
    [this.#db, this.#desk] = this.#boot();
    this.#desk.recover();
  }

  /** The machine's administrator runs `millwright-agent reset-clock`. */
  resetClock(): void {
    resetClock(this.#db, this.clock.time, BUILT_AT);
    this.restart();
  }

  /** What the agent does each hour. */
  pruneRecords(): void {
    pruneRecords(this.#db, this.clock.time);
  }

  close(): void {
    this.#db.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A warrant in which all is in order, with whatever is to be changed in it. */
  warrant(
    changes: Partial<Warrant> & Record<string, unknown> = {},
    bundle: Bundle = this.scene.bundle,
  ): Warrant {
    this.sequence += 1;
    return {
      schema: 1,
      id: randomUUID(),
      endpoint: keyIdOf(this.endpointKey.publicKey),
      runbook: {
        id: bundle.manifest.id,
        sha256: sha256(Buffer.from(JSON.stringify(bundle))),
        version: bundle.manifest.version,
      },
      parameters: { mount: '/var' },
      sequence: this.sequence,
      nonce: randomBytes(16).toString('hex'),
      notBefore: this.clock.time - 60_000,
      expires: this.clock.time + 540_000,
      decidedBy: { kind: 'builtin' },
      ticket: null,
      alert: null,
      evidence: null,
      ...changes,
    };
  }

  /** Signs a payload with keys, in order; the controller's warrant key where none is named. */
  sign(
    payload: object | string,
    keys: readonly KeyObject[] = [this.warrantKey],
    payloadType = WARRANT_TYPE,
  ): Envelope {
    const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    const [first = this.warrantKey, ...rest] = keys;
    return rest.reduce<Envelope>(
      (onto, key) => signEnvelope(payloadType, bytes, key, onto),
      signEnvelope(payloadType, bytes, first),
    );
  }

  /** Hands an envelope to the agent, and returns the report that came of it. */
  async send(envelope: Envelope | Buffer): Promise<RunReport> {
    this.ranBeforeLast = this.ranSoFar();
    await this.#desk.receive(Buffer.isBuffer(envelope) ? envelope : Buffer.from(JSON.stringify(envelope)));
    return this.lastReport();
  }

  /** An honest run, with all the signatures that the runbook needs. */
  honest(): Promise<RunReport> {
    return this.send(this.sign(this.warrant(), [this.warrantKey, ...this.scene.approvers]));
  }

  /** The endpoint's newest report. */
  lastReport(): RunReport {
    const report = this.reports().at(-1);
    if (report === undefined) throw new Error('the endpoint has reported nothing');
    return report;
  }

  /** All reports, in their order, each signature checked. */
  reports(): RunReport[] {
    const keys = new Map([[keyIdOf(this.endpointKey.publicKey), this.endpointKey.publicKey]]);
    return this.events.flatMap((event) => {
      if (event.type !== 'run-ended') return [];
      const { payload, signers } = verifyEnvelope(event.report, REPORT_TYPE, keys);
      if (signers.size !== 1) throw new Error('the report is not signed by the endpoint');
      return [RunReport.parse(JSON.parse(payload.toString()))];
    });
  }

  /** How often the honest script has run. */
  runs(): number {
    return existsSync(this.marker) ? readFileSync(this.marker, 'utf8').split('\n').length - 1 : 0;
  }

  ranSoFar(): { scripts: number; processes: number } {
    return { scripts: this.runs(), processes: this.started.length };
  }

  #boot(): [DatabaseSync, WarrantDesk] {
    const db = openState(join(this.folder, 'state.db'));
    const clock = new FloorClock(this.clock, db, BUILT_AT);
    const catalogue = new Catalogue({
      db,
      clock,
      pinnedRoot: this.operator.files.get('metadata/1.root.json')?.toString() ?? '',
      fetchFile: async (path) => {
        if (!this.linkUp) throw new Error('the link is down');
        return this.operator.files.get(path) ?? null;
      },
    });
    const desk = new WarrantDesk({
      db,
      clock,
      catalogue,
      localPolicy: this.localPolicy,
      policy: () => this.controllerPolicy,
      looked: () => this.looking,
      facts: () => this.facts,
      events: { append: (body) => this.events.push(body) },
      platform: this.platform,
      runner: new ProcessStepRunner({ platform: this.platform, start: (...call) => this.#start(...call) }),
      identity: {
        endpoint: 'endpoint-1',
        client: 'acme',
        site: 'main',
        thumbprint: keyIdOf(this.endpointKey.publicKey),
        privateKey: this.endpointKey.privateKey,
        certificate: '',
        ca: '',
        controller: 'localhost:1',
      },
    });
    return [db, desk];
  }

  #start(...[file, args, options]: Parameters<StartProcess>): ChildProcess {
    this.started.push({ file, args, env: options.env });
    const child = spawn(file, args, options);
    this.#running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
    child.once('exit', () => {
      this.#running -= 1;
    });
    return child;
  }
}
