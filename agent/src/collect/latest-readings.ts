import { keyOf, type Reading } from '@millwright/shared/readings';
import { differs, differsEnough } from './difference.ts';

/** How often a reading is told again although little or nothing has changed, in milliseconds. */
export const tellAgain = { littleChangedMs: 60_000, unchangedMs: 600_000 } as const;

interface Entry {
  reading: Reading;
  /** The reading as it was last told. */
  told: Reading;
  toldAt: number;
  /** The collector could not confirm it the last time it tried. */
  doubtful: boolean;
}

/** The newest reading of each key. */
export class LatestReadings {
  private readonly entries = new Map<string, Entry>();

  /** Takes newer readings; answers those that are worth telling the controller. */
  update(readings: readonly Reading[], now: number): Reading[] {
    const changed: Reading[] = [];
    for (const reading of readings) {
      const key = keyOf(reading);
      const entry = this.entries.get(key);
      if (entry === undefined) {
        this.entries.set(key, { reading, told: reading, toldAt: now, doubtful: false });
        changed.push(reading);
        continue;
      }
      entry.reading = reading;
      entry.doubtful = false;
      if (!this.isDue(entry, now)) continue;
      entry.told = reading;
      entry.toldAt = now;
      changed.push(reading);
    }
    return changed;
  }

  /** Forgets keys; answers those that were known. */
  remove(keys: Iterable<string>): string[] {
    return [...keys].filter((key) => this.entries.delete(key));
  }

  /** Marks readings that could not be confirmed: still the newest known, but no fact any more. */
  doubt(keys: Iterable<string>): void {
    for (const key of keys) {
      const entry = this.entries.get(key);
      if (entry !== undefined) entry.doubtful = true;
    }
  }

  get(key: string): Reading | undefined {
    return this.entries.get(key)?.reading;
  }

  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** Everything that is known: a full snapshot. */
  full(): Reading[] {
    return [...this.entries.values()].map((entry) => entry.reading);
  }

  /** What the last collection of each collector confirmed. */
  confirmed(): Reading[] {
    return [...this.entries.values()].filter((entry) => !entry.doubtful).map((entry) => entry.reading);
  }

  private isDue({ reading, told, toldAt }: Entry, now: number): boolean {
    if (differsEnough(told, reading)) return true;
    const age = now - toldAt;
    // A clock that was set back makes every reading look newly told; told again, it is counted from now.
    return age < 0 || age >= (differs(told, reading) ? tellAgain.littleChangedMs : tellAgain.unchangedMs);
  }
}
