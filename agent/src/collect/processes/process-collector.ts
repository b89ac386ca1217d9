import type { Clock } from '@millwright/shared/clock';
import type { DeclaredProcess } from '../../config/index.ts';
import { allOf, type Collector } from '../collector.ts';
import type { ProcessTable } from './process-table.ts';
import { WatchedProcess } from './watched-process.ts';

/** How often all declared processes are told again; changes are told as they happen. */
const reconcileMs = 30_000;

/**
 * The processes that the configuration declares. Processes of one interval share one timer, and a look at a living one is a
 * single read, so that looking forty times a second costs next to nothing.
 */
export function processCollector(
  declared: readonly DeclaredProcess[],
  table: ProcessTable,
  clock: Clock,
): Collector {
  let watched: WatchedProcess[] = [];
  let problem: unknown;
  return {
    name: 'processes',
    intervalMs: reconcileMs,
    timeoutMs: 5000,
    owns: (key) => key.startsWith('process:'),
    async collect() {
      if (problem !== undefined) {
        const error = problem;
        problem = undefined;
        throw error;
      }
      const readings = watched.flatMap((process) => process.reading() ?? []);
      // One that is still being looked for is neither there nor gone.
      const known = new Set(readings.map((reading) => reading.name));
      const unread = declared
        .filter((process) => !known.has(process.name))
        .map((process) => ({
          key: `process:${process.name}`,
          reason: `${process.name} is still being looked for`,
        }));
      return unread.length === 0 ? allOf(readings) : { readings, unread };
    },
    watch(publish) {
      watched = declared.map((process) => new WatchedProcess(process, table, clock));
      const poll = (process: WatchedProcess): void =>
        process.poll(
          (reading) => publish([reading]),
          (error) => {
            problem = error;
          },
        );
      const timers = [...Map.groupBy(watched, (process) => process.declared.intervalMs)].map(
        ([intervalMs, group]) => {
          for (const process of group) poll(process);
          return setInterval(() => {
            for (const process of group) poll(process);
          }, intervalMs);
        },
      );
      return () => {
        for (const timer of timers) clearInterval(timer);
        for (const process of watched) process.close();
        watched = [];
      };
    },
  };
}
