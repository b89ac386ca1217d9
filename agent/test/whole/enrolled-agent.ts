import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type AgentEvent, type AgentMessage, parseAgentFrame } from '@millwright/shared/protocol';
import { keyOf, type Reading } from '@millwright/shared/readings';
import type { Parameters } from '@millwright/shared/runbook';
import {
  keyIdOf,
  REPORT_TYPE,
  RunReport,
  sha256,
  signEnvelope,
  verifyEnvelope,
  WARRANT_TYPE,
  type Warrant,
} from '@millwright/shared/trust';
import { rootPath, writeIdentity } from '../../src/enrolment/index.ts';
import { openState, statePath } from '../../src/state/index.ts';
import { Operator } from '../attacks/arena/operator.ts';
import { type Scene, type SceneOptions, setScene } from '../attacks/arena/scene.ts';
import { type Peer, TlsController } from '../link/tls-controller.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The agent as the program that it is, enrolled with a controller that a test plays. */
export class EnrolledAgent {
  readonly stateDir: string;
  /** Its events in the order of their coming; all are acknowledged. */
  readonly events: AgentEvent[] = [];
  /** The newest reading of each key. */
  readonly readings = new Map<string, Reading>();
  readonly connections: Peer[] = [];
  /** How it introduced itself on each. */
  readonly hellos: Extract<AgentMessage, { type: 'hello' }>[] = [];
  readonly scene: Scene;
  log = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'millwright-whole-'));
  readonly #controller: TlsController;
  readonly #operator = new Operator();
  #process: ChildProcess | undefined;
  #sequence = 0;
  /** The last event that came; what is sent again after a crash is known already. */
  #heard = 0;
  #changed: () => void = () => {};

  private constructor(
    controller: TlsController,
    stateDir: string,
    configuration: object,
    scene: SceneOptions,
  ) {
    this.#controller = controller;
    this.stateDir = stateDir;
    this.scene = setScene(join(this.#folder, 'marker'), scene);
    this.#operator.publish(Date.now(), [this.scene.bundle], this.scene.trust);
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(rootPath(stateDir), String(this.#operator.files.get('metadata/1.root.json')));
    const collect = { connectivity: false, servicesMs: 3_600_000 };
    writeFileSync(join(this.#folder, 'agent.json'), JSON.stringify({ stateDir, collect, ...configuration }));
    const { clientKey: privateKey, clientCertificate: certificate, ca, port } = controller;
    writeIdentity(stateDir, {
      endpoint: 'e',
      client: 'acme',
      site: 'main',
      thumbprint: keyIdOf(privateKey),
      privateKey,
      certificate,
      ca,
      controller: `127.0.0.1:${port}`,
    });
    this.#takePeers();
  }

  static async enrol(stateDir: string, configuration: object, scene: SceneOptions): Promise<EnrolledAgent> {
    return new EnrolledAgent(await TlsController.listen(), stateDir, configuration, scene);
  }

  /** Looks into, or changes, its state as another process may. */
  withState<T>(work: (db: DatabaseSync) => T): T {
    const db = openState(statePath(this.stateDir));
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  /** Another command of the program, on this agent's configuration. */
  command(...args: string[]): { code: number | null; out: string; err: string } {
    const all = [program, ...args, '--config', join(this.#folder, 'agent.json')];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  }

  /** @param logFile takes its standard output; this object's `log` where none is given */
  start(logFile?: string): void {
    const args = [program, 'run', '--config', join(this.#folder, 'agent.json')];
    const out = logFile === undefined ? 'pipe' : openSync(logFile, 'w');
    const child = spawn(process.execPath, args, { stdio: ['ignore', out, 'pipe'] });
    if (typeof out === 'number') closeSync(out);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log += text;
        this.#changed();
      });
    child.once('exit', () => this.#changed());
    this.#process = child;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return null;
    if (child.exitCode === null && child.kill(signal)) await once(child, 'exit');
    return child.exitCode;
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    await this.#controller.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Waits until something is so. Fails when the program has ended by itself. */
  async until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== undefined && seen !== false) return seen;
      if (this.#process === undefined || this.#process.exitCode !== null)
        throw new Error(`the agent does not run, waiting for ${what}: ${this.log}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  event<T extends AgentEvent['body']['type']>(type: T): Promise<Extract<AgentEvent['body'], { type: T }>> {
    const is = (body: AgentEvent['body']): body is Extract<AgentEvent['body'], { type: T }> =>
      body.type === type;
    return this.until(type, () => {
      const at = this.events.findIndex(({ body }) => is(body));
      const body = this.events[at]?.body;
      if (body === undefined || !is(body)) return undefined;
      this.events.splice(0, at + 1);
      return body;
    });
  }

  /** An honest warrant for the scene's runbook, as bytes to be sent. */
  warrant(parameters: Parameters): string {
    const { bundle, warrantKey } = this.scene;
    this.#sequence += 1;
    const warrant: Warrant = {
      schema: 1,
      id: randomUUID(),
      endpoint: keyIdOf(this.#controller.clientKey),
      runbook: {
        id: bundle.manifest.id,
        sha256: sha256(Buffer.from(JSON.stringify(bundle))),
        version: bundle.manifest.version,
      },
      parameters,
      sequence: this.#sequence,
      nonce: randomBytes(16).toString('hex'),
      notBefore: Date.now() - 60_000,
      expires: Date.now() + 500_000,
      decidedBy: { kind: 'builtin' },
      ticket: null,
      alert: null,
      evidence: null,
    };
    const envelope = signEnvelope(WARRANT_TYPE, Buffer.from(JSON.stringify(warrant)), warrantKey);
    return Buffer.from(JSON.stringify(envelope)).toString('base64');
  }

  order(envelope: string): void {
    this.connections.at(-1)?.say({ type: 'warrant', envelope });
  }

  /** The next report, its signature checked. */
  async report(): Promise<RunReport> {
    const { report } = await this.event('run-ended');
    const { clientKey } = this.#controller;
    const { payload, signers } = verifyEnvelope(
      report,
      REPORT_TYPE,
      new Map([[keyIdOf(clientKey), clientKey]]),
    );
    if (signers.size !== 1) throw new Error('the report is not signed by the endpoint');
    return RunReport.parse(JSON.parse(payload.toString()));
  }

  #takePeers(): void {
    void this.#controller.next().then((peer) => {
      this.#takePeers();
      peer.socket.on('message', (data, isBinary) => {
        if (Buffer.isBuffer(data)) this.#hear(peer, parseAgentFrame(data, isBinary));
        this.#changed();
      });
    });
  }

  #hear(peer: Peer, message: AgentMessage): void {
    switch (message.type) {
      case 'hello':
        peer.greet(this.#heard);
        this.connections.push(peer);
        this.hellos.push(message);
        return;
      case 'events':
        this.events.push(...message.events.filter(({ seq }) => seq > this.#heard));
        this.#heard = Math.max(this.#heard, message.events.at(-1)?.seq ?? 0);
        peer.say({ type: 'ack', seq: this.#heard });
        return;
      case 'snapshot':
        for (const reading of message.readings) this.readings.set(keyOf(reading), reading);
        return;
      case 'fetch': {
        const content = this.#operator.files.get(message.path)?.toString('base64') ?? null;
        peer.say({ type: 'file', id: message.id, content });
        return;
      }
      default:
        return;
    }
  }
}
