import type { Clock } from '@millwright/shared/clock';
import type { ProcessReading } from '@millwright/shared/readings';
import type { DeclaredProcess } from '../../config/index.ts';
import type { ProcessHandle, ProcessTable } from './process-table.ts';

/** A search through all processes may take this share of one core at most while the process is down. */
const searchShare = 0.1;
const shortestSearchPauseMs = 100;

/** One declared process: found, held, and found again after it has ended. */
export class WatchedProcess {
  readonly declared: DeclaredProcess;
  private readonly table: ProcessTable;
  private readonly clock: Clock;
  private handle: ProcessHandle | undefined;
  /** `undefined` until it has been looked for. */
  private told: number | null | undefined;
  private searching = false;
  private searchAgainAt = 0;
  private closed = false;

  constructor(declared: DeclaredProcess, table: ProcessTable, clock: Clock) {
    this.declared = declared;
    this.table = table;
    this.clock = clock;
  }

  /** Looks; answers a reading when the process has come, gone or been replaced since the last look. */
  poll(changed: (reading: ProcessReading) => void, failed: (error: unknown) => void): void {
    if (this.handle?.isAlive() === true) return;
    const died = this.handle !== undefined;
    this.release();
    const { pidFile, matches, command } = this.declared;
    if (pidFile !== undefined) {
      this.settle(this.table.fromPidFile(pidFile, command), changed);
      return;
    }
    if (matches === undefined || this.searching || (!died && performance.now() < this.searchAgainAt)) return;
    const started = performance.now();
    const found = this.table.matching(matches);
    if (found instanceof Promise) {
      this.searching = true;
      found
        .then((handle) => this.settle(handle, changed), failed)
        .finally(() => {
          this.searching = false;
          this.pauseSearch(started);
        });
      return;
    }
    this.settle(found, changed);
    this.pauseSearch(started);
  }

  /** What is known now; `undefined` before the first look has come to an end. */
  reading(): ProcessReading | undefined {
    if (this.told === undefined) return undefined;
    return {
      kind: 'process',
      at: this.clock.now(),
      name: this.declared.name,
      state: this.told === null ? 'stopped' : 'running',
      pid: this.told,
    };
  }

  close(): void {
    this.closed = true;
    this.release();
  }

  private settle(handle: ProcessHandle | undefined, changed: (reading: ProcessReading) => void): void {
    if (this.closed) {
      handle?.close();
      return;
    }
    this.handle = handle;
    const pid = handle?.pid ?? null;
    if (this.told === pid) return;
    this.told = pid;
    const reading = this.reading();
    if (reading !== undefined) changed(reading);
  }

  private release(): void {
    this.handle?.close();
    this.handle = undefined;
  }

  private pauseSearch(started: number): void {
    const now = performance.now();
    this.searchAgainAt = now + Math.max(shortestSearchPauseMs, (now - started) / searchShare);
  }
}
