import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemdHost } from '../../test/host/index.ts';
import { packageUnderTest } from '../../test/on-hosts/package-under-test.ts';
import { until } from '../until.ts';
import type { BenchController } from './bench-controller.ts';

/** Installs the agent's package on a host, enrols it, and waits until it has come in and told its readings. */
export async function installAgent(
  host: SystemdHost,
  controller: BenchController,
  configuration: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await host.run('dpkg', '--install', await host.copyIn(await packageUnderTest()));
  const file = (name: string): string => join(controller.folder, name);
  writeFileSync(file('agent.json'), JSON.stringify({ stateDir: '/var/lib/millwright', ...configuration }));
  await host.copyIn(file('agent.json'), '/etc/millwright');
  writeFileSync(file('bundle.json'), JSON.stringify(await controller.bundle()), { mode: 0o600 });
  await host.run('millwright-agent', 'enrol', '--bundle', await host.copyIn(file('bundle.json')));
  const told = controller.database.prepare("SELECT 1 FROM readings WHERE key LIKE 'service:%'");
  await until('the agent tells its services', () => told.get());
}
