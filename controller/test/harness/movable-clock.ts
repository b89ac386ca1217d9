import type { Clock } from '@millwright/shared/clock';

/** A clock that a test sets. It runs with real time from where it was put. */
export class MovableClock implements Clock {
  #offset = 0;

  now(): number {
    return Date.now() + this.#offset;
  }

  advance(ms: number): void {
    this.#offset += ms;
  }
}
