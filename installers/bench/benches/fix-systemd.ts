import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemdHost } from '../../test/host/index.ts';
import { BenchError } from '../bench-error.ts';
import type { Bench } from '../figure.ts';
import { BenchController } from '../setting/bench-controller.ts';
import { installAgent } from '../setting/hosted-agent.ts';
import { type Repair, repairFigures, sampleCount, warmUps } from '../setting/restarts.ts';
import { policyForMany } from '../setting/runbooks.ts';
import { rest, ticketClosed } from '../setting/tickets.ts';

/** Each unit's process is told apart from outside the host by how long it sleeps. */
const sleeps = (index: number): string => String(86_400_000 + index);

function unitFile(index: number): string {
  return `[Service]\nExecStart=/usr/bin/sleep ${sleeps(index)}\n\n[Install]\nWantedBy=multi-user.target\n`;
}

/** The process id, on this machine, of a unit's process. @throws BenchError where it does not run */
function pidOf(index: number): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readFileSync(`/proc/${name}/cmdline`, 'latin1') === `/usr/bin/sleep\0${sleeps(index)}\0`)
        return Number(name);
    } catch {
      // Ended while all were looked through.
    }
  }
  throw new BenchError('went-wrong', `bench-${index}.service does not run`);
}

/** From SIGKILL on a systemd service's main process to its ticket closed, on a host with the agent installed from its package. */
export const fixSystemdBench: Bench = {
  names: ['fix.systemd', 'fix.systemd.own'],
  async run() {
    await using host = await SystemdHost.start({ name: 'bench' });
    await using controller = await BenchController.install(host.outside);
    await controller.allow(['linux/service/restart']);
    await controller.start();
    const indexes = Array.from({ length: warmUps + sampleCount }, (_, index) => index);
    const units = indexes.map((index) => `bench-${index}.service`);
    for (const index of indexes) {
      const file = join(controller.folder, `bench-${index}.service`);
      writeFileSync(file, unitFile(index));
      await host.copyIn(file, '/etc/systemd/system');
    }
    await host.run('systemctl', 'daemon-reload');
    await host.run('systemctl', 'enable', '--now', '--quiet', ...units);
    // Before there is an agent, which would see a unit stop for a moment.
    const restarts: number[] = [];
    for (const unit of units) {
      const began = performance.now();
      await host.run('systemctl', 'restart', unit);
      restarts.push(performance.now() - began);
    }
    await installAgent(host, controller, { policy: policyForMany });
    const repairs: Repair[] = [];
    for (const [index, unit] of units.entries()) {
      await rest();
      const pid = pidOf(index);
      const began = performance.now();
      process.kill(pid, 'SIGKILL');
      await ticketClosed(controller, 'service-stopped', unit);
      repairs.push({ total: performance.now() - began, restart: restarts[index] ?? 0 });
    }
    return repairFigures('fix.systemd', repairs.slice(warmUps));
  },
};
