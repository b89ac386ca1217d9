import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../state/index.ts';
import { appendAudit } from './audit.ts';
import { recountAttempts } from './budgets.ts';
import { highestTime, keepHighestTime } from './floor-clock.ts';

/** The clock was not reset. */
export class ClockNotReset extends Error {
  override readonly name = 'ClockNotReset';
  readonly code: 'clock-before-build' | 'clock-not-behind';
  constructor(code: ClockNotReset['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What a reset has done. Milliseconds since the epoch. */
export interface ClockReset {
  readonly from: number;
  readonly to: number;
  /** Runs that were counted at a time that now lies ahead; they count as run now. */
  readonly recounted: number;
}

/**
 * Makes the system's present time the floor, after a clock was once set far ahead. An administrator's act on the endpoint
 * itself, as lifting a quarantine is: the controller has no way to it. What was taken stays taken (nonces and sequence), what
 * was spent stays spent, the versions of the catalogue that were trusted stay the lowest, and the audit log tells of it.
 * @param now the system's time, in milliseconds since the epoch
 * @throws ClockNotReset
 */
export function resetClock(db: DatabaseSync, now: number, builtAt: number): ClockReset {
  return transaction(db, () => {
    const from = highestTime(db);
    if (now < builtAt)
      throw new ClockNotReset(
        'clock-before-build',
        `the clock says ${iso(now)}, which is before this agent was built (${iso(builtAt)}): set it right first`,
      );
    if (now >= from)
      throw new ClockNotReset(
        'clock-not-behind',
        `the clock says ${iso(now)}, which is not before the latest time seen here (${iso(from)}): there is nothing to reset`,
      );
    const recounted = recountAttempts(db, now);
    keepHighestTime(db, now);
    appendAudit(db, now, { kind: 'clock-reset', from, to: now });
    return { from, to: now, recounted };
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();
