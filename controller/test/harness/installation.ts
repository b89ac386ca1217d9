import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationPath, readConfiguration } from '../../src/configuration/index.ts';
import {
  createEnrolmentBundle,
  initialise,
  signAndPublish,
  stockRunbooksDir,
} from '../../src/installation/index.ts';
import { type Controller, startController } from '../../src/main.ts';
import { MovableClock } from './movable-clock.ts';

/** The runbooks that tests sign: few, since each takes its time. */
const folders = [
  'posix/process/start',
  'posix/disk/clean-folder',
  'posix/diagnose/uptime',
  'linux/disk/remove-stale-files',
].map((id) => join(stockRunbooksDir, id));

/** A whole controller on a temporary folder, with a signed catalogue. */
export class Installation {
  readonly dataDir: string;
  readonly clock: MovableClock = new MovableClock();
  readonly logged: string[] = [];
  #controller: Controller | undefined;

  private constructor(root: string) {
    this.dataDir = join(root, 'data');
  }

  static async create(): Promise<Installation> {
    const root = mkdtempSync(join(tmpdir(), 'millwright-controller-'));
    const installation = new Installation(root);
    const { dataDir, clock } = installation;
    const offlineDir = join(root, 'offline');
    await initialise({
      dataDir,
      offlineDir,
      clock,
      configuration: {
        names: ['localhost', '127.0.0.1'],
        agents: { host: '127.0.0.1', port: 0 },
        web: { host: '127.0.0.1', port: 0 },
        offline: { afterSeconds: 60, startupGraceSeconds: 0, siteWindowSeconds: 30 },
      },
    });
    await signAndPublish({ dataDir, offlineDir, folders, clock });
    await installation.start();
    return installation;
  }

  get controller(): Controller {
    if (this.#controller === undefined) throw new TypeError('the controller is not started');
    return this.#controller;
  }

  async start(): Promise<void> {
    const { dataDir, clock } = this;
    this.#controller = await startController({
      dataDir,
      clock,
      environment: {},
      log: (message, facts) => this.logged.push(`${message} ${JSON.stringify(facts)}`),
    });
  }

  async stop(): Promise<void> {
    await this.#controller?.close();
    this.#controller = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** How long after the next start nobody counts as offline. */
  setStartupGrace(seconds: number): void {
    this.#configure((configuration) => {
      configuration.offline.startupGraceSeconds = seconds;
    });
  }

  /** From the next start on, a model at this address is asked first. */
  setModel(baseUrl: string): void {
    this.#configure((configuration) => {
      configuration.openai = { baseUrl, model: 'a-model', timeoutSeconds: 300, retries: 0 };
    });
  }

  #configure(change: (configuration: ReturnType<typeof readConfiguration>) => void): void {
    const configuration = readConfiguration(this.dataDir);
    change(configuration);
    writeFileSync(configurationPath(this.dataDir), JSON.stringify(configuration));
  }

  /** An enrolment bundle for a new endpoint. */
  bundle(client = 'Hill Bakery', site = 'Head office') {
    const { store, audit, agentsPort } = this.controller;
    return createEnrolmentBundle({ store, audit, clock: this.clock }, this.dataDir, {
      client,
      site,
      hours: 1,
      by: 'test',
      controller: `127.0.0.1:${agentsPort}`,
    });
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(join(this.dataDir, '..'), { recursive: true, force: true });
  }
}
