import type { PidCount } from './linux-pids.ts';

/** Ends processes; each platform has its own way to find them. */
export interface ProcessTree {
  /** Ends the process group (on Windows: the process and its descendants) that a step was started as. */
  endGroup(pid: number): void;
  /** A moment, so that only what was started after it need be looked at. Undefined where there is no such thing. */
  mark(): PidCount;
  /**
   * Ends every process whose environment carries this marker, wherever it has moved to.
   * @param since a moment before the first of them was started; without it all processes are looked at
   * @returns false where such processes cannot be found here, so that they may run on
   */
  endMarked(marker: string, since?: PidCount): boolean;
}
