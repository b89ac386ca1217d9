import type { Command } from 'commander';
import { webAddress } from '../addresses.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf } from '../leaf.ts';
import { printable } from '../printable.ts';
import { dropStartupGarbage } from '../startup-garbage.ts';

/** One line of the log: JSON for a collector, or words for a person. */
function logLine(at: number, message: string, facts: Record<string, unknown>, json: boolean): string {
  const time = new Date(at).toISOString();
  if (json) return `${JSON.stringify({ time, message, ...facts })}\n`;
  const rest = Object.entries(facts).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${time} ${printable(message + rest.join(''))}\n`;
}

/** Resolves at the first signal to end. A second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
}

/** `millwright serve`: the controller, until it is told to stop. */
export function addServe(program: Command, console: Console): void {
  leaf(program, 'serve', 'run the controller until it is told to stop (--json: log in JSON)').action(
    async (options: CommonOptions) => {
      // A log that is read no more (a closed pipe), or stands on a full disk, takes nothing; there is no other place to say so,
      // and the controller goes on.
      for (const stream of [console.out, console.err]) stream.on('error', () => {});
      const log = (message: string, facts: Record<string, unknown>): void => {
        console.err.write(logLine(console.clock.now(), message, facts, options.json === true));
      };
      const stopped = stopSignal();
      // Only here: the whole controller need not be loaded to list a ticket.
      const { startController } = await import('../../main.ts');
      const controller = await startController({
        dataDir: options.data,
        clock: console.clock,
        log,
        environment: console.environment,
      });
      const { configuration, agentsPort, webPort } = controller;
      log('started', {
        dashboard: webAddress({ ...configuration, web: { ...configuration.web, port: webPort } }),
        agents: `${configuration.agents.host}:${agentsPort}`,
      });
      dropStartupGarbage();
      const signal = await stopped;
      log('stopping', { signal });
      await controller.close();
      log('stopped', {});
    },
  );
}
