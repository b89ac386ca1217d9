import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a process at rest costs its host. */
export interface AtRest {
  /** Mean of the samples, in bytes: all pages that are mapped, shared file pages included. */
  readonly residentBytes: number;
  /** Mean of the samples, in bytes: what the process alone has made dirty, and what its end would give back. */
  readonly privateDirtyBytes: number;
  /** User and system time over the whole time, in percent of one core; children that ended and were waited for included. */
  readonly cpuPercent: number;
  readonly seconds: number;
  readonly samples: number;
}

/** The process cannot be measured. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError';
  readonly code: 'process-gone' | 'not-linux';
  constructor(code: 'process-gone' | 'not-linux', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One field of smaps_rollup, in bytes. */
export function bytesOf(smapsRollup: string, field: 'Rss' | 'Private_Dirty'): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(smapsRollup)?.[1];
  if (kibibytes === undefined)
    throw new MeasureError('not-linux', `smaps_rollup has no ${field}: Linux 4.14 or later is needed`);
  return Number(kibibytes) * 1024;
}

/** utime + stime + cutime + cstime of /proc/PID/stat, in clock ticks. The name may hold spaces and brackets. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function read(pid: number, file: 'smaps_rollup' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (cause) {
    throw new MeasureError(
      'process-gone',
      `process ${pid} cannot be measured: it ended, or it is another user's`,
      { cause },
    );
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Watches a process from outside for `seconds`. It must have settled: an agent collects its start's garbage after three
 * seconds. Resident size counts file pages that the kernel maps around each fault, and more of them for a file that was just
 * written: drop the executable from the page cache first (`dropFromCache`) where two builds are compared.
 * @throws MeasureError
 */
export async function measureAtRest(pid: number, seconds: number): Promise<AtRest> {
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const resident: number[] = [];
  const dirty: number[] = [];
  const began = performance.now();
  const ticksBefore = ticksOf(read(pid, 'stat'));
  do {
    const smaps = read(pid, 'smaps_rollup');
    resident.push(bytesOf(smaps, 'Rss'));
    dirty.push(bytesOf(smaps, 'Private_Dirty'));
    await delay(1000);
  } while (performance.now() - began < seconds * 1000);
  const ticks = ticksOf(read(pid, 'stat')) - ticksBefore;
  const lasted = (performance.now() - began) / 1000;
  return {
    residentBytes: mean(resident),
    privateDirtyBytes: mean(dirty),
    cpuPercent: (100 * ticks) / ticksPerSecond / lasted,
    seconds: lasted,
    samples: resident.length,
  };
}

/** Writes a file out and drops it from the page cache, as after a reboot. No process may run from it meanwhile. */
export function dropFromCache(file: string): void {
  execFileSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
}
