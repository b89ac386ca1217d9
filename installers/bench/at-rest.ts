import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a process at rest costs its host: a sample a second. */
export interface AtRest {
  /** Bytes: all pages that are mapped, shared file pages included. */
  readonly residentBytes: readonly number[];
  /** Bytes: what the process alone has made dirty, and what its end would give back. */
  readonly privateDirtyBytes: readonly number[];
  /** User and system time, in percent of one core; children that ended and were waited for included. */
  readonly cpuPercent: readonly number[];
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
export function bytesOf(smapsRollup: string, field: 'Rss' | 'Private_Dirty' | 'Anonymous'): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(smapsRollup)?.[1];
  if (kibibytes === undefined)
    throw new MeasureError('not-linux', `smaps_rollup has no ${field}: Linux 4.14 or later is needed`);
  return Number(kibibytes) * 1024;
}

/** cutime + cstime of /proc/PID/stat, in clock ticks: children that ended and were waited for. The name may hold spaces and brackets. */
export function childTicksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}

const gone = (pid: number, cause: unknown): MeasureError =>
  new MeasureError('process-gone', `process ${pid} cannot be measured: it ended, or it is another user's`, {
    cause,
  });

function read(pid: number, file: 'smaps_rollup' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (cause) {
    throw gone(pid, cause);
  }
}

/** Time on a core of a process's living threads, in milliseconds: far finer than clock ticks. */
function coreMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).reduce(
      (sum, thread) => sum + Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
      0,
    );
  } catch (cause) {
    throw gone(pid, cause);
  }
}

/**
 * Watches a process from outside for `seconds`. It must have settled: an agent collects its start's garbage after three
 * seconds. Resident size counts file pages that the kernel maps around each fault, and more of them for a file that was just
 * written.
 * @throws MeasureError
 */
export async function measureAtRest(pid: number, seconds: number): Promise<AtRest> {
  const msPerTick = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const usedMs = (): number => coreMs(pid) + childTicksOf(read(pid, 'stat')) * msPerTick;
  const rest = {
    residentBytes: [] as number[],
    privateDirtyBytes: [] as number[],
    cpuPercent: [] as number[],
  };
  let [at, used] = [performance.now(), usedMs()];
  for (let second = 0; second < seconds; second += 1) {
    await delay(1000);
    const smaps = read(pid, 'smaps_rollup');
    rest.residentBytes.push(bytesOf(smaps, 'Rss'));
    // File pages on a filesystem in memory, as a test host's is, are always dirty, and none of the process's doing.
    rest.privateDirtyBytes.push(Math.min(bytesOf(smaps, 'Private_Dirty'), bytesOf(smaps, 'Anonymous')));
    const [now, usedNow] = [performance.now(), usedMs()];
    rest.cpuPercent.push((100 * (usedNow - used)) / (now - at));
    [at, used] = [now, usedNow];
  }
  return rest;
}
