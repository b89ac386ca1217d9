import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@millwright/shared/clock';
import type { Store } from '../store/index.ts';
import { type Sweep, sweepAlerts, sweepEvents, sweepRuns, sweepTickets } from './sweeps.ts';

const dayMs = 86_400_000;
/** How many rows one transaction deletes at most: a few milliseconds' work, so that no acknowledgement waits for long. */
const eventsAtOnce = 500;
const ticketsAtOnce = 20;
/** How long others get between two transactions, at least. Milliseconds. */
const restMs = 20;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly eventsDays: number;
  readonly ticketsDays: number;
}

/**
 * Deletes what is older than the configuration keeps, a little at a time. The audit log is never touched: it is the proof
 * of what was done. Freed pages stay in the file and are used again, so that it stops growing; it does not shrink.
 */
export class Retention {
  readonly #parts: Parts;
  #stopped = false;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Deletes all that is due now. Rejects where the store fails; the next call goes on. */
  tick(): Promise<void> {
    this.#working = this.#clear();
    return this.#working;
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working.catch(() => undefined);
  }

  async #clear(): Promise<void> {
    const { clock, eventsDays, ticketsDays } = this.#parts;
    const events = clock.now() - eventsDays * dayMs;
    const tickets = clock.now() - ticketsDays * dayMs;
    await this.#sweep(sweepEvents, events, eventsAtOnce);
    await this.#sweep(sweepTickets, tickets, ticketsAtOnce);
    await this.#sweep(sweepAlerts, tickets, ticketsAtOnce);
    await this.#sweep(sweepRuns, tickets, ticketsAtOnce);
  }

  async #sweep(sweep: Sweep, before: number, limit: number): Promise<void> {
    while (!this.#stopped && (await this.#parts.store.write((tx) => sweep(tx, before, limit))))
      await sleep(restMs);
  }
}
