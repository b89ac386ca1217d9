import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, totalmem, uptime } from 'node:os';
import type { Clock } from '@millwright/shared/clock';
import { allOf, type Collector } from '../collector.ts';

/** Bytes that programs could still get: on Linux the kernel's own estimate, which counts what caches would give back. */
export function parseMemAvailable(meminfo: string): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

const availableMemory = (): number =>
  (process.platform === 'linux' ? parseMemAvailable(readFileSync('/proc/meminfo', 'utf8')) : undefined) ??
  freemem();

/** The host as a whole: uptime, load, cores and memory. */
export function hostCollector(intervalMs: number, clock: Clock): Collector {
  return {
    name: 'host',
    intervalMs,
    timeoutMs: 2000,
    owns: (key) => key === 'host:host',
    async collect() {
      return allOf([
        {
          kind: 'host',
          at: clock.now(),
          uptimeSeconds: Math.round(uptime()),
          load1: loadavg()[0] ?? 0,
          cores: availableParallelism(),
          memoryTotalBytes: totalmem(),
          memoryAvailableBytes: availableMemory(),
        },
      ]);
    },
  };
}
