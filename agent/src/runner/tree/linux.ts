import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { MARKER } from '../environment.ts';
import { pidsBetween, readPidCount } from './linux-pids.ts';
import { endPosixGroup, signal } from './posix-group.ts';
import type { ProcessTree } from './process-tree.ts';

/** Passes over /proc until nothing new is found, but not for ever: a process may start others faster than it is found. */
const MAX_PASSES = 20;

/** Linux: the group, then whatever left it (`setsid`, a daemon) but still carries the run's marker. */
export const linuxTree: ProcessTree = {
  endGroup: endPosixGroup,
  mark: readPidCount,
  endMarked(marker, since) {
    const wanted = Buffer.from(`${MARKER}=${marker}\0`);
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      let settled = true;
      const started = pidsBetween(since, readPidCount()) ?? (() => true);
      for (const pid of processes().filter(started)) {
        const environment = environmentOf(pid);
        if (environment.length === 0) {
          if (changesProgram(pid)) settled = false;
        } else if (environment.includes(wanted)) {
          signal(pid);
          settled = false;
        }
      }
      if (settled) return true;
    }
    return false;
  },
};

function processes(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && pid > 1 && pid !== process.pid ? [pid] : [];
  });
}

/** One for all reads, grown to the longest environment that was met: all processes may have to be looked through. */
let buffer = Buffer.alloc(16_384);
const NOTHING = Buffer.alloc(0);

/** Good until the next call. Empty for a zombie too, so that one which has ended already is not found again. */
function environmentOf(pid: number): Buffer {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/environ`, 'r');
  } catch {
    // It ended in between.
    return NOTHING;
  }
  try {
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.subarray(0, length);
      length += read;
      if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
    }
  } catch {
    // It ended in between, or it is a kernel thread and has no environment.
    return NOTHING;
  } finally {
    closeSync(file);
  }
}

/** The kernel's PF_KTHREAD and PF_EXITING. */
const THREAD_OR_ENDING = 0x0020_0000 | 0x4;

/** A process that has just exchanged its program for another (`execve`) showed no environment, and goes on: look again. */
function changesProgram(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 3, 9, 50 and 51 of proc(5); the name, field 2, may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, flags, from, to] = [fields[0], Number(fields[6]), fields[47], fields[48]];
    const reallyEmpty = from === to && to !== '0';
    return state !== 'Z' && state !== 'X' && (flags & THREAD_OR_ENDING) === 0 && !reallyEmpty;
  } catch {
    // It ended in between.
    return false;
  }
}
