import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { MARKER } from '../environment.ts';
import { endPosixGroup, signal } from './posix-group.ts';
import type { ProcessTree } from './process-tree.ts';

/** Passes over /proc until nothing new is found, but not for ever: a process may start others faster than it is found. */
const MAX_PASSES = 20;

/** Linux: the group, then whatever left it (`setsid`, a daemon) but still carries the run's marker. */
export const linuxTree: ProcessTree = {
  endGroup: endPosixGroup,
  endMarked(marker) {
    const wanted = Buffer.from(`${MARKER}=${marker}\0`);
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const found = processes().filter((pid) => carries(pid, wanted));
      if (found.length === 0) return true;
      for (const pid of found) signal(pid);
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

/** One for all reads, grown to the longest environment that was met: every step's end looks through every process. */
let buffer = Buffer.alloc(16_384);

/** A zombie's environment is empty, so that one which has ended already is not found again. */
function carries(pid: number, wanted: Buffer): boolean {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/environ`, 'r');
  } catch {
    // It ended in between.
    return false;
  }
  try {
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.subarray(0, length).includes(wanted);
      length += read;
      if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
    }
  } catch {
    // It ended in between, or it is a kernel thread and has no environment.
    return false;
  } finally {
    closeSync(file);
  }
}
