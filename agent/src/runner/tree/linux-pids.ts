import { readFileSync } from 'node:fs';

/** How far the kernel has come in giving out process ids. Undefined where it does not tell. */
export type PidCount = { readonly lastPid: number; readonly forks: number } | undefined;

/** Reads two small files, which is far less than to look at every process. */
export function readPidCount(): PidCount {
  try {
    const lastPid = Number(readFileSync('/proc/loadavg', 'utf8').trimEnd().split(' ').at(-1));
    const forks = Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    return Number.isNaN(lastPid) || Number.isNaN(forks) ? undefined : { lastPid, forks };
  } catch {
    // No /proc, or one that shows less: then every process is looked at.
    return undefined;
  }
}

/**
 * Which ids processes can have that were started between two readings: ids are given out in ascending order, until they begin
 * again from below. Undefined where the readings do not rule that out. They do where no more forks than ids lie between them:
 * once round is far more forks. (In a container, whose ids are its own, other forks are counted too.)
 */
export function pidsBetween(before: PidCount, after: PidCount): ((pid: number) => boolean) | undefined {
  if (before === undefined || after === undefined) return undefined;
  const forks = after.forks - before.forks;
  // A kernel that counts nothing says nothing.
  if (forks < 1 || forks > after.lastPid - before.lastPid) return undefined;
  return (pid) => pid > before.lastPid && pid <= after.lastPid;
}
