import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from './dice.ts';
import type { Subject } from './endpoint.ts';
import type { Estate } from './estate.ts';

/** How often one subject is broken: more than three runs for one fault in a day are blocked. */
const breaksEach = 3;
/** A fault that stands for longer was escalated: a person repairs it. Milliseconds. */
const patienceMs = 20_000;
/** Breaks things all the time, and repairs by hand what nothing else repaired. */
export class Faults {
  readonly #estate: Estate;
  readonly #dice: Dice;
  readonly #breaks = new Map<Subject, number>();
  readonly #brokenSince = new Map<Subject, number>();
  #ended = false;
  #count = 0;
  #work: Promise<void> | undefined;

  constructor(estate: Estate, dice: Dice) {
    this.#estate = estate;
    this.#dice = dice;
  }

  start(): void {
    this.#work = this.#run();
  }

  /** @returns how many faults were made. */
  async end(): Promise<number> {
    this.#ended = true;
    await this.#work;
    return this.#count;
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      await sleep(this.#dice.between(100, 500));
      const subjects = this.#estate.members.flatMap(({ endpoint }) => endpoint.subjects);
      this.#repairOld(subjects);
      const whole = subjects.filter(
        (subject) => (this.#breaks.get(subject) ?? 0) < breaksEach && !subject.isBroken(),
      );
      if (whole.length === 0) continue;
      const subject = this.#dice.pick(whole);
      subject.break();
      this.#count += 1;
      this.#breaks.set(subject, (this.#breaks.get(subject) ?? 0) + 1);
    }
  }

  #repairOld(subjects: readonly Subject[]): void {
    const now = performance.now();
    for (const subject of subjects) {
      if (!subject.isBroken()) this.#brokenSince.delete(subject);
      else if (!this.#brokenSince.has(subject)) this.#brokenSince.set(subject, now);
      else if (now - (this.#brokenSince.get(subject) ?? now) > patienceMs) {
        subject.repair();
        this.#brokenSince.set(subject, now);
      }
    }
  }
}
