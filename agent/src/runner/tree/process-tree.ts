/** Ends processes; each platform has its own way to find them. */
export interface ProcessTree {
  /** Ends the process group (on Windows: the process and its descendants) that a step was started as. */
  endGroup(pid: number): void;
  /**
   * Ends every process whose environment carries this marker, wherever it has moved to.
   * @returns false where such processes cannot be found here, so that they may run on
   */
  endMarked(marker: string): boolean;
}
