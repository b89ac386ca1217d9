import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  createEnrolmentBundle,
  databasePath,
  initialise,
  signAndPublish,
} from '@millwright/controller/installation';
import { type Controller, startController } from '@millwright/controller/main';
import { runAgentCommand } from '../demo/agent-process.ts';
import { CutProxy } from './cut-proxy.ts';
import { Endpoint } from './endpoint.ts';
import { Program } from './program.ts';
import { testRunbooks, writeTestRunbooks } from './test-runbooks.ts';

const clock = { now: Date.now };
const controllerProgram = fileURLToPath(new URL('controller-process.ts', import.meta.url));
const agentProgram = fileURLToPath(new URL('../../agent/src/main.ts', import.meta.url));
const owner = 'crash-tests';

/** Only what the tests break: what this machine's own disks and services do is none of their business. */
const policy = Object.fromEntries(
  [
    'disk-filling',
    'disk-critical',
    'inodes-low',
    'filesystem-read-only',
    'service-stopped',
    'probe-failing',
  ].map((condition) => [condition, { enabled: false }]),
);

export interface EstateOptions {
  readonly endpoints: number;
  /** Daemons, and folders, on each endpoint. */
  readonly each: number;
  /** Where the controller's data, or the agents' state, lies where not below the root. */
  readonly dataDir?: string;
  readonly stateDir?: string;
}

export interface Member {
  readonly endpoint: Endpoint;
  readonly agent: Program;
}

/** A whole installation on this machine: a controller, agents and the wire between them, each to be killed or cut. */
export class Estate {
  readonly root: string;
  readonly dataDir: string;
  readonly traceFile: string;
  readonly controller: Program;
  readonly wire = new CutProxy();
  readonly members: readonly Member[];

  private constructor(root: string, { endpoints, each, dataDir, stateDir }: EstateOptions) {
    this.root = root;
    this.dataDir = dataDir ?? join(root, 'controller');
    this.traceFile = join(root, 'trace');
    writeFileSync(this.traceFile, '');
    // Starts come often here: what Node has compiled once is kept.
    const environment = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      NODE_COMPILE_CACHE: join(root, 'compiled'),
    };
    this.controller = new Program({
      name: 'controller',
      command: [controllerProgram, this.dataDir],
      logFile: join(root, 'controller.log'),
      environment,
      upWhen: /^listening (\d+)$/m,
    });
    this.controller.onUp(([, port]) => this.wire.leadTo(Number(port)));
    this.members = Array.from({ length: endpoints }, (_, index) => {
      const endpoint = new Endpoint(root, `endpoint-${index + 1}`, each, stateDir);
      const agent = new Program({
        name: endpoint.name,
        command: [agentProgram, 'run', '--config', endpoint.configuration],
        logFile: join(root, `${endpoint.name}.log`),
        environment,
        upWhen: /^connected /m,
      });
      return { endpoint, agent };
    });
  }

  /** Everything installed, enrolled and autonomous, with the daemons running; no program of the product runs yet. */
  static async install(options: EstateOptions): Promise<Estate> {
    const estate = new Estate(mkdtempSync(join(tmpdir(), 'millwright-crash-')), options);
    try {
      await estate.#install();
    } catch (error) {
      await estate.end(false);
      throw error;
    }
    return estate;
  }

  async #install(): Promise<void> {
    const { root, dataDir } = this;
    const offlineDir = join(root, 'offline-keys');
    const door = { host: '127.0.0.1', port: 0 };
    await initialise({
      dataDir,
      offlineDir,
      clock,
      configuration: { names: ['localhost', '127.0.0.1'], agents: door, web: door },
    });
    await signAndPublish({
      dataDir,
      offlineDir,
      folders: writeTestRunbooks(root, this.traceFile),
      clock,
    });
    const port = await this.wire.listen();
    const controller = await startController({ dataDir, clock, environment: {}, log: () => {} });
    try {
      this.wire.leadTo(controller.agentsPort);
      for (const { endpoint } of this.members) await enrol(controller, endpoint, this, port);
      for (const runbook of testRunbooks)
        await controller.operations.setMode(runbook, '*', 'autonomous', owner);
      await controller.store.write((tx) =>
        tx
          .insertInto('policies')
          .values({ scope: 'all', scopeId: '', policy: JSON.stringify(policy), version: 1 })
          .execute(),
      );
    } finally {
      this.wire.leadTo(undefined);
      await controller.close();
    }
    for (const { endpoint } of this.members) for (const subject of endpoint.subjects) subject.repair();
    await until('the daemons to run', () => this.broken().length === 0);
    await this.#warm();
  }

  /** Starts and stops in order once: a killed Node keeps nothing of what it compiled. */
  async #warm(): Promise<void> {
    const programs = [this.controller, ...this.agents.slice(0, 1)];
    for (const program of programs) program.start();
    await until('the first start', () => programs.every(({ up }) => up !== undefined), 60_000);
    this.wire.leadTo(undefined);
    for (const program of programs) await program.stop();
  }

  get database(): string {
    return databasePath(this.dataDir);
  }

  get agents(): readonly Program[] {
    return this.members.map(({ agent }) => agent);
  }

  get programs(): readonly Program[] {
    return [this.controller, ...this.agents];
  }

  broken(): Endpoint['subjects'] {
    return this.members.flatMap(({ endpoint }) => endpoint.subjects.filter((subject) => subject.isBroken()));
  }

  /** Starts what does not run. */
  start(): void {
    for (const program of this.programs) if (!program.running) program.start();
  }

  async kill(program: Program): Promise<void> {
    if (program === this.controller) this.wire.leadTo(undefined);
    await program.kill();
  }

  async killAll(): Promise<void> {
    for (const program of this.programs) await this.kill(program);
  }

  /** Ends everything. The folder is removed, or kept for whoever wants to see what went wrong. */
  async end(keep: boolean): Promise<void> {
    await this.killAll();
    this.wire.close();
    for (const { endpoint } of this.members) endpoint.endDaemons();
    if (!keep) rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function enrol(
  { store, audit }: Controller,
  endpoint: Endpoint,
  { root, dataDir }: Estate,
  port: number,
): Promise<void> {
  mkdirSync(endpoint.stateDir, { recursive: true });
  const bundle = await createEnrolmentBundle({ store, audit, clock }, dataDir, {
    client: 'Hill Bakery',
    site: 'Head office',
    hours: 1,
    by: owner,
    controller: `127.0.0.1:${port}`,
  });
  const file = join(root, `${endpoint.name}.bundle.json`);
  writeFileSync(file, JSON.stringify(bundle), { mode: 0o600 });
  const said = await runAgentCommand(['enrol', '--bundle', file, '--config', endpoint.configuration]);
  endpoint.id = /endpoint (\S+) of/.exec(said)?.[1] ?? '';
  if (endpoint.id === '') throw new Error(`${endpoint.name} was not told its id: ${said}`);
}

/** Waits until something holds. @throws Error when it does not within the time (milliseconds). */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  within = 30_000,
): Promise<void> {
  for (const end = performance.now() + within; !(await holds()); await sleep(20))
    if (performance.now() > end) throw new Error(`waited ${within / 1000} seconds for ${what}`);
}
