import type { Bench } from '../figure.ts';
import { startAgent } from '../setting/bench-agent.ts';
import { BenchController } from '../setting/bench-controller.ts';
import { Daemon } from '../setting/daemon.ts';
import { type Repair, repairFigures, sampleCount, warmUps } from '../setting/restarts.ts';
import { rest, ticketClosed } from '../setting/tickets.ts';

/** The restart itself, as the runbook does it: the daemon's own command, until it is up by the same test. */
async function restart(folder: string, index: number): Promise<number> {
  const daemon = new Daemon(`floor-${index}`, folder);
  const began = performance.now();
  try {
    await daemon.start();
    return performance.now() - began;
  } finally {
    daemon.end();
  }
}

/** From SIGKILL on a declared process to its ticket closed. Each is another process: one that keeps falling over is a flapping one. */
export const fixProcessBench: Bench = {
  names: ['fix.process', 'fix.process.own'],
  async run() {
    await using controller = await BenchController.install();
    await controller.allow(['posix/process/start']);
    await controller.start();
    const daemons = Array.from(
      { length: warmUps + sampleCount },
      (_, index) => new Daemon(`daemon-${index}`, controller.folder),
    );
    try {
      await Promise.all(daemons.map((daemon) => daemon.start()));
      const processes = daemons.map(({ declaration }) => declaration);
      const started = await startAgent(controller, { processes });
      await using _agent = started.agent;
      const repairs: Repair[] = [];
      for (const [index, daemon] of daemons.entries()) {
        await rest();
        const alone = await restart(controller.folder, index);
        await rest();
        const began = performance.now();
        daemon.kill();
        await ticketClosed(controller, 'process-stopped', daemon.name);
        repairs.push({ total: performance.now() - began, restart: alone });
      }
      return repairFigures('fix.process', repairs.slice(warmUps));
    } finally {
      for (const daemon of daemons) daemon.end();
    }
  },
};
