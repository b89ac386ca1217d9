import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEnrolmentBundle,
  initialise,
  runbookFolders,
  signAndPublish,
  stockRunbooksDir,
} from '@millwright/controller/installation';
import { type Controller, startController } from '@millwright/controller/main';
import { SystemdHost } from '../host/index.ts';
import { packageUnderTest } from './package-under-test.ts';
import { Told } from './told.ts';
import { until } from './until.ts';

const clock = { now: Date.now };
const client = 'Hill Bakery';

/** What a host is given before the agent is installed on it. */
export interface Setting {
  readonly name: string;
  /** Runbooks that may run alone here. */
  readonly autonomous: readonly string[];
  /** Fields of `agent.json` beside the state folder. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Runs on the bare host. */
  readonly prepare?: (host: SystemdHost) => Promise<void>;
}

/**
 * A host with the agent installed from its package, and a controller of its own outside, on the other end of the host's link:
 * nothing of one test reaches another.
 */
export class ManagedHost implements AsyncDisposable {
  readonly host: SystemdHost;
  readonly controller: Controller;
  readonly told: Told;
  /** The bundle's path on the host; it is not used yet. */
  readonly bundle: string;
  private readonly setting: Setting;
  private readonly folder: string;

  private constructor(
    setting: Setting,
    folder: string,
    host: SystemdHost,
    controller: Controller,
    bundle: string,
  ) {
    this.setting = setting;
    this.folder = folder;
    this.host = host;
    this.controller = controller;
    this.bundle = bundle;
    this.told = new Told(controller.store);
  }

  /** Host and controller, and nothing of Millwright on the host but the bundle. */
  static async bare(setting: Setting): Promise<ManagedHost> {
    const folder = await mkdtemp(join(tmpdir(), 'millwright-managed-'));
    const host = await SystemdHost.start(setting);
    try {
      await setting.prepare?.(host);
      const controller = await openController(join(folder, 'controller'), join(folder, 'keys'), host.outside);
      const bundle = await createEnrolmentBundle(
        { store: controller.store, audit: controller.audit, clock },
        join(folder, 'controller'),
        {
          client,
          site: 'Head office',
          hours: 1,
          by: 'test',
          controller: `${host.outside}:${controller.agentsPort}`,
        },
      );
      await writeFile(join(folder, 'bundle.json'), JSON.stringify(bundle), { mode: 0o600 });
      return new ManagedHost(
        setting,
        folder,
        host,
        controller,
        await host.copyIn(join(folder, 'bundle.json')),
      );
    } catch (error) {
      await host.stop();
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** As `bare`, then installed, enrolled, and connected. */
  static async start(setting: Setting): Promise<ManagedHost> {
    const managed = await ManagedHost.bare(setting);
    try {
      await managed.install();
      await managed.enrol();
      return managed;
    } catch (error) {
      await managed[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Installs the package; gives back what dpkg said. */
  async install(): Promise<string> {
    const said = await this.host.run('dpkg', '--install', await this.host.copyIn(await packageUnderTest()));
    if (this.setting.configuration !== undefined) {
      const file = join(this.folder, 'agent.json');
      await writeFile(
        file,
        JSON.stringify({ stateDir: '/var/lib/millwright', ...this.setting.configuration }),
      );
      await this.host.copyIn(file, '/etc/millwright');
    }
    return said;
  }

  /** The one command of an operator; then waits for the agent to come in. Gives back what the command said. */
  async enrol(): Promise<string> {
    const said = await this.host.run('millwright-agent', 'enrol', '--bundle', this.bundle);
    for (const runbook of this.setting.autonomous)
      await this.controller.operations.setMode(runbook, '*', 'autonomous', 'test');
    const endpoint = await this.told.endpoint();
    await until(
      `${this.host.name} connects`,
      () => this.controller.gateway.isConnected(endpoint) || undefined,
    );
    return said;
  }

  /** What the agent wrote to the journal. */
  journal(): Promise<string> {
    return this.host.run('journalctl', '--no-pager', '--unit=millwright-agent', '--output=cat');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.controller.close();
    await this.host.stop();
    await rm(this.folder, { recursive: true });
  }
}

async function openController(dataDir: string, offlineDir: string, address: string): Promise<Controller> {
  await initialise({
    dataDir,
    offlineDir,
    clock,
    configuration: {
      names: [address],
      agents: { host: address, port: 0 },
      web: { host: address, port: 0 },
    },
  });
  await signAndPublish({ dataDir, offlineDir, folders: runbookFolders(stockRunbooksDir), clock });
  return startController({ dataDir, clock, environment: {}, log: () => undefined });
}
