import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSignInLink, createUser } from '@millwright/controller/auth';
import { configurationPath, readConfiguration } from '@millwright/controller/configuration';
import {
  createEnrolmentBundle,
  initialise,
  runbookFolders,
  signAndPublish,
  stockRunbooksDir,
} from '@millwright/controller/installation';
import { type Controller, startController } from '@millwright/controller/main';
import { endProcess, runAgentCommand, spawnAgent } from './agent-process.ts';
import { Workplace } from './workplace.ts';

const clock = { now: Date.now };

/** Runbooks that run alone here: the owner's decision, made for an imaginary client. */
const autonomous =
  process.platform === 'win32'
    ? ['windows/process/start']
    : ['posix/process/start', 'posix/disk/clean-folder'];

/** Waits until something is so. @throws Error that names it, after 20 seconds. */
export async function waitFor(what: string, there: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !there(); await sleep(20)) {
    if (Date.now() > end) throw new Error(`${what} did not happen within 20 seconds`);
  }
}

/** A controller, an agent and a daemon on this machine: all real, all below one temporary folder. */
export class Setting {
  readonly place: Workplace = new Workplace();
  readonly #ends: (() => Promise<void> | void)[] = [() => this.place.remove()];
  #controller: Controller | undefined;
  #endpoint = '';
  /** How many runbooks the offline keys signed. */
  signed = 0;

  get controller(): Controller {
    if (this.#controller === undefined) throw new TypeError('the controller is not started');
    return this.#controller;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  /** Makes the installation, signs the stock runbooks, starts the controller, enrols and starts the agent. */
  async open(): Promise<void> {
    await this.#install();
    this.place.startTill();
    await waitFor('the daemon starting', () => this.place.tillPid() !== undefined);
    await this.#enrol();
    const agent = spawnAgent(['run', '--config', this.place.agentConfiguration]);
    this.#ends.push(() => endProcess(agent));
    agent.stdout?.resume();
    agent.stderr?.pipe(process.stderr);
    await waitFor('the agent connecting', () => this.controller.gateway.isConnected(this.#endpoint));
  }

  /** A one-time link into the dashboard, as the owner. */
  async signInLink(): Promise<string> {
    const { store, audit, webPort } = this.controller;
    const parts = { store, audit, clock };
    await createUser(parts, { name: 'owner', role: 'owner', password: null, by: 'demo' });
    const { code } = await createSignInLink(parts, { user: 'owner', by: 'demo' });
    return `https://127.0.0.1:${webPort}/sign-in#code=${code}`;
  }

  /** Ends everything that was started, and removes every file. */
  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  async #install(): Promise<void> {
    const { dataDir, offlineDir } = this.place;
    await initialise({
      dataDir,
      offlineDir,
      clock,
      configuration: {
        names: ['localhost', '127.0.0.1'],
        agents: { host: '127.0.0.1', port: 0 },
        web: { host: '127.0.0.1', port: 0 },
      },
    });
    const { signed } = await signAndPublish({
      dataDir,
      offlineDir,
      folders: runbookFolders(stockRunbooksDir),
      clock,
    });
    this.signed = signed.runbooks.length;
    await this.#start();
    this.#ends.push(() => this.controller.close());
  }

  async #start(): Promise<void> {
    const { dataDir, root } = this.place;
    const log = (message: string, facts: Record<string, unknown>): void =>
      writeFileSync(join(root, 'controller.log'), `${message} ${JSON.stringify(facts)}\n`, { flag: 'a' });
    this.#controller = await startController({ dataDir, clock, environment: process.env, log });
  }

  /** Ends the controller and starts it again where the agent finds it, with something done in between. */
  async restart(between: () => void = () => {}): Promise<void> {
    const { agentsPort: port } = this.controller;
    await this.controller.close();
    between();
    const { dataDir } = this.place;
    const configuration = { ...readConfiguration(dataDir), agents: { host: '127.0.0.1', port } };
    writeFileSync(configurationPath(dataDir), JSON.stringify(configuration));
    await this.#start();
    await waitFor('the agent connecting', () => this.controller.gateway.isConnected(this.#endpoint));
  }

  async #enrol(): Promise<void> {
    const { place, controller } = this;
    const { store, audit, agentsPort, operations } = controller;
    place.writeAgentConfiguration();
    const bundle = await createEnrolmentBundle({ store, audit, clock }, place.dataDir, {
      client: 'Hill Bakery',
      site: 'Head office',
      hours: 1,
      by: 'demo',
      controller: `127.0.0.1:${agentsPort}`,
    });
    writeFileSync(place.bundle, JSON.stringify(bundle), { mode: 0o600 });
    await runAgentCommand(['enrol', '--bundle', place.bundle, '--config', place.agentConfiguration]);
    for (const runbook of autonomous) await operations.setMode(runbook, 'hill-bakery', 'autonomous', 'demo');
    const { id } = await store.read.selectFrom('endpoints').select('id').executeTakeFirstOrThrow();
    this.#endpoint = id;
  }
}
