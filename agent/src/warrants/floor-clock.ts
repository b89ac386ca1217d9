import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@millwright/shared/clock';
import { Refusal } from '@millwright/shared/trust';

/** How far behind the floor a clock may be before warrants are refused: what time synchronisation steps back by. Ms. */
export const TOLERATED_STEP_MS = 5000;

/**
 * A clock that never shows a time before one that was already seen here, nor before this agent was built. Without it, a
 * clock set back would bring expired warrants and catalogues back and refill budgets.
 */
export class FloorClock implements Clock {
  readonly #clock: Clock;
  readonly #db: DatabaseSync;
  #floor: number;

  /** `builtAt` in milliseconds since the epoch. */
  constructor(clock: Clock, db: DatabaseSync, builtAt: number) {
    this.#clock = clock;
    this.#db = db;
    this.#floor = Math.max(builtAt, highestTime(db));
  }

  now(): number {
    return Math.max(this.#clock.now(), this.#floor);
  }

  /** @throws Refusal `clock-behind` */
  check(): void {
    const now = this.#clock.now();
    if (now >= this.#floor - TOLERATED_STEP_MS) return;
    const [here, floor] = [now, this.#floor].map((time) => new Date(time).toISOString());
    throw new Refusal(
      'clock-behind',
      `this endpoint's clock says ${here}, which is before ${floor}; set it right, or, if it is right and was once ahead, run \`millwright-agent reset-clock\` there`,
    );
  }

  /** Makes the present time the floor, on the disk. Joins a transaction that is open. */
  remember(): void {
    this.#floor = this.now();
    keepHighestTime(this.#db, this.#floor);
  }
}

/** The latest time that was seen here, in milliseconds since the epoch; 0 at first. */
export function highestTime(db: DatabaseSync): number {
  return Number(db.prepare("SELECT value FROM meta WHERE key = 'highest-time'").get()?.value ?? 0);
}

export function keepHighestTime(db: DatabaseSync, time: number): void {
  db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('highest-time', ?)").run(String(time));
}
