import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isRunnersShell, type ProcessHandle, type ProcessTable, parsePidFile } from './process-table.ts';

/** What counts in `/proc/PID/stat`. Start time in hundredths of a second since boot. */
export interface ProcessStat {
  readonly state: string;
  readonly threads: number;
  readonly startTicks: number;
}

/** proc(5): the name stands in parentheses and may itself hold any character, so fields are counted from the last one. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', threads: Number(fields[17]), startTicks: Number(fields[19]) };
}

/** Ended, or a zombie without a living thread. */
export function hasEnded({ state, threads }: ProcessStat): boolean {
  return state === 'X' || state === 'x' || (state === 'Z' && threads <= 1);
}

/** Slack between a pidfile's time and its process's start, which the kernel gives in whole seconds of boot time. */
const pidFileSlackMs = 2000;

const buffer = Buffer.alloc(1024);

const closingBracket = 0x29;
/** States, each the only letter of its field, that `hasEnded` has to look into. */
const maybeEnded: ReadonlySet<number | undefined> = new Set(Buffer.from('ZXx'));

/**
 * Holds `/proc/PID/stat` open: the descriptor belongs to this very process, so once it has ended every read fails, whoever has
 * its number by then. One read is 7 microseconds.
 */
class StatHandle implements ProcessHandle {
  readonly pid: number;
  private readonly descriptor: number;

  constructor(pid: number) {
    this.pid = pid;
    this.descriptor = openSync(`/proc/${pid}/stat`, 'r');
  }

  read(): ProcessStat | undefined {
    const length = this.fill();
    return length === undefined ? undefined : parseStat(buffer.toString('latin1', 0, length));
  }

  /** One letter tells of nearly all that they live; making text of each look cost a fifth of what watching costs. */
  isAlive(): boolean {
    const length = this.fill();
    if (length === undefined) return false;
    const state = buffer[buffer.lastIndexOf(closingBracket, length - 1) + 2];
    return !maybeEnded.has(state) || !hasEnded(parseStat(buffer.toString('latin1', 0, length)));
  }

  /** Bytes of the stat that are now in the buffer; `undefined` once the process has been reaped (ESRCH). */
  private fill(): number | undefined {
    try {
      return readSync(this.descriptor, buffer, 0, buffer.length, 0);
    } catch {
      return undefined;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** A file's text; `undefined` where it is not there, or goes while it is read. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

function open(pid: number): { handle: StatHandle; stat: ProcessStat } | undefined {
  let handle: StatHandle;
  try {
    handle = new StatHandle(pid);
  } catch {
    return undefined; // No such process.
  }
  const stat = handle.read();
  if (stat !== undefined && !hasEnded(stat)) return { handle, stat };
  handle.close();
  return undefined;
}

/** When the host booted, by today's clock, in milliseconds since the epoch. */
function bootTime(): number {
  return Number(/^btime (\d+)$/m.exec(textOf('/proc/stat') ?? '')?.[1] ?? 0) * 1000;
}

/**
 * A pidfile older than its process was left by another one that had the number before. A clock that was stepped since (a board
 * without a battery) can make it look so, hence a process that plainly is the declared program is believed.
 */
function isLeftOver(file: string, pid: number, stat: ProcessStat, command: readonly string[]): boolean {
  const started = bootTime() + stat.startTicks * 10;
  if (started <= statSync(file).mtimeMs + pidFileSlackMs) return false;
  return !(textOf(`/proc/${pid}/cmdline`) ?? '').includes(basename(command[0] ?? ''));
}

export const linuxProcesses: ProcessTable = {
  fromPidFile(file, command) {
    const pid = parsePidFile(textOf(file) ?? '');
    if (pid === undefined) return undefined;
    const opened = open(pid);
    if (opened === undefined) return undefined;
    try {
      if (!isLeftOver(file, pid, opened.stat, command)) return opened.handle;
    } catch {
      // The pidfile went between two looks.
    }
    opened.handle.close();
    return undefined;
  },

  matching(text) {
    let oldest: { handle: StatHandle; stat: ProcessStat } | undefined;
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!(pid > 0) || pid === process.pid) continue;
      const argv = (textOf(`/proc/${name}/cmdline`) ?? '').split('\0');
      if (!argv.join(' ').includes(text) || isRunnersShell(argv)) continue;
      const found = open(pid);
      if (found === undefined) continue;
      if (oldest !== undefined && oldest.stat.startTicks <= found.stat.startTicks) {
        found.handle.close();
        continue;
      }
      oldest?.handle.close();
      oldest = found;
    }
    return oldest?.handle;
  },
};
