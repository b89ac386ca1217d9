import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildExecutable } from '../../src/build-agent.ts';
import { SystemdHost } from '../../test/host/index.ts';
import { measureAtRest } from '../at-rest.ts';
import { BenchError } from '../bench-error.ts';
import { type Bench, type Figure, figure } from '../figure.ts';
import { BenchController } from '../setting/bench-controller.ts';
import { Child } from '../setting/child.ts';
import { installAgent } from '../setting/hosted-agent.ts';

const seconds = 60;
const settleMs = 30_000;

const mebibytes = (bytes: readonly number[]): number[] => bytes.map((each) => each / 1024 / 1024);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The agent's process, by its number on this machine. @throws BenchError where it does not run on the host */
async function pidOnHost(host: SystemdHost): Promise<number> {
  const inside = (
    await host.run('systemctl', 'show', '--property=MainPID', '--value', 'millwright-agent')
  ).trim();
  const namespace = (await host.run('readlink', `/proc/${inside}/ns/pid`)).trim();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const numbers = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]?.trim();
      if (numbers?.split(/\s+/).at(-1) === inside && readlinkSync(`/proc/${name}/ns/pid`) === namespace)
        return Number(name);
    } catch {
      // Ended while all were looked through.
    }
  }
  throw new BenchError('went-wrong', `the agent is not process ${inside} of any host here (${namespace})`);
}

/** A mean, since what comes once in a while costs too. */
function meanFigure(name: string, samples: readonly number[], floorSamples: readonly number[]): Figure {
  const value = mean(samples);
  const floor = mean(floorSamples);
  return { name, value, unit: '% of a core', floor, ratio: value / floor, samples };
}

/** The agent as its package installs it, on a systemd host, connected and with nothing to do; beside an idle executable made alike. */
export const agentAtRestBench: Bench = {
  names: ['agent.rss', 'agent.private-dirty', 'agent.cpu'],
  async run() {
    await using host = await SystemdHost.start({ name: 'bench' });
    await using controller = await BenchController.install(host.outside);
    await controller.start();
    const bare = join(controller.folder, 'idle');
    await buildExecutable(Buffer.from('setInterval(() => {}, 1000);'), bare);
    await installAgent(host, controller);
    await using idle = new Child('an idle executable', bare, []);
    const pid = await pidOnHost(host);
    await sleep(settleMs);
    const [rest, floor] = await Promise.all([measureAtRest(pid, seconds), measureAtRest(idle.pid, seconds)]);
    return [
      figure('agent.rss', 'MiB', mebibytes(rest.residentBytes), mebibytes(floor.residentBytes)),
      figure(
        'agent.private-dirty',
        'MiB',
        mebibytes(rest.privateDirtyBytes),
        mebibytes(floor.privateDirtyBytes),
      ),
      meanFigure('agent.cpu', rest.cpuPercent, floor.cpuPercent),
    ];
  },
};
