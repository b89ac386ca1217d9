import type { LiveChange } from '@millwright/shared/api';
import type { RunEnded, RunProgress } from '@millwright/shared/protocol';
import type { z } from 'zod';
import type { Cleared, Raised } from '../alerts/alerts.ts';
import type { EventFollower } from '../alerts/event-consumer.ts';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { giveUpByHand } from './by-hand.ts';
import { decide } from './deciding.ts';
import { dispatch, resend } from './dispatching.ts';
import type { EngineParts } from './ports.ts';
import { relapse } from './relapse.ts';
import {
  alertBehind,
  begin,
  isRunning,
  lastOfTicket,
  newestAlertOf,
  type Remediation,
  remediation,
  remediationOf,
  remediationsIn,
  unfinished,
  withdrawBeforeRun,
} from './remediations.ts';
import { closeLate, endUnfixed, resolve } from './resolution.ts';
import { followEnd, followProgress, wasNotNeeded } from './run-following.ts';
import { takeUp } from './taking-up.ts';
import { tryAnother } from './trying-again.ts';

/**
 * Turns alerts into verified fixes. Its whole state is rows in the store: every transition is committed before its
 * effect, and a start takes up whatever is unfinished.
 */
export class Engine implements EventFollower {
  readonly #parts: EngineParts;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  /** What is under way, by its lane; what is in the same lane waits for it, and nothing else does. */
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #passedOver = new Set<string>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Asked every second: what was held back, and may run now, is taken up; what waited too long is given up. */
  async tick(): Promise<void> {
    for (const taken of await takeUp(this.#parts)) this.#tell(taken);
    if (await giveUpByHand(this.#parts)) this.#parts.live.publish({ changed: 'fleet' });
    this.wake();
  }

  /** There may be work. Returns at once. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Resolves when nothing more can be done without an endpoint, a person or time. */
  async idle(): Promise<void> {
    while (this.#looking !== undefined || this.#lanes.size > 0)
      await Promise.all([this.#looking, ...this.#lanes.values()]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.idle();
  }

  /** An endpoint came back: what waited for it goes on. */
  async connected(endpoint: string): Promise<void> {
    await resend(this.#parts, endpoint);
    this.wake();
  }

  async raised(
    tx: Writer,
    raised: Raised,
    { endpoint, client, condition }: { endpoint: string; client: string; condition: string },
  ): Promise<void> {
    switch (raised.kind) {
      case 'repeated':
      case 'suppressed':
        return;
      case 'returned': {
        const before = await remediationOf(tx, raised.previous);
        if (before?.state === 'resolved') await relapse(tx, this.#parts, before, raised.afterMs);
        // A person has it: what comes back is told to that person, and not tried again.
        if (raised.ticketWas === 'escalated') return;
        break;
      }
      case 'new':
        break;
    }
    const { alert, ticket } = raised;
    await begin(tx, { alert, ticket, endpoint, client, condition }, this.#parts.clock.now());
  }

  async cleared(tx: Writer, cleared: Cleared): Promise<void> {
    if (cleared.ticket === null) return;
    const work = await remediationOf(tx, cleared.alert);
    if (work?.state === 'verifying')
      return resolve(tx, this.#parts, work, await alertBehind(tx, cleared.alert));
    await withdrawBeforeRun(tx, cleared.ticket, this.#parts.clock.now());
    // The run's own report is still to come, and says what became of it. It may be that of an earlier alert of this ticket.
    if (await isRunning(tx, cleared.ticket)) return;
    const { count } = await newestAlertOf(tx, cleared.ticket);
    if (count > 1 && (await lastOfTicket(tx, cleared.ticket))?.state === 'escalated')
      return this.#leaveOpen(tx, cleared.ticket, count);
    await closeLate(tx, this.#parts, cleared.ticket, cleared.alert);
  }

  /** What comes and goes is not over because it is gone at this moment. */
  async #leaveOpen(tx: Writer, ticket: number, times: number): Promise<void> {
    await this.#parts.tickets.tell(tx, ticket, {
      kind: 'alert',
      actor: MILLWRIGHT,
      text: `The endpoint's own readings show that it is over for now. It was seen ${times} times: whoever has found the cause closes this ticket.`,
    });
  }

  runProgress(tx: Writer, endpoint: string, event: z.infer<typeof RunProgress>): Promise<LiveChange[]> {
    return followProgress(tx, this.#parts, endpoint, event);
  }

  runEnded(tx: Writer, endpoint: string, event: z.infer<typeof RunEnded>): Promise<LiveChange[]> {
    return followEnd(tx, this.#parts, endpoint, event);
  }

  async #look(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const work = await remediationsIn(this.#parts.store.read, unfinished);
        for (const [lane, items] of Map.groupBy(work, laneOf)) this.#start(lane, items);
      } catch (error) {
        // The next wake comes within a second.
        this.#parts.log('work not looked for; it is tried again', { error: String(error) });
      }
    }
  }

  #start(lane: string, items: readonly Remediation[]): void {
    if (this.#lanes.has(lane)) {
      this.#passedOver.add(lane);
      return;
    }
    const done = this.#advanceAll(items).finally(() => {
      this.#lanes.delete(lane);
      if (this.#passedOver.delete(lane)) this.wake();
    });
    this.#lanes.set(lane, done);
  }

  async #advanceAll(items: readonly Remediation[]): Promise<void> {
    for (const item of items) {
      if (this.#stopped) return;
      try {
        if (!(await this.#advance(item))) continue;
        this.#tell(item);
        // A decision may be dispatched at once.
        this.wake();
      } catch (error) {
        this.#parts.log('remediation not advanced; it is tried again', {
          remediation: item.id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    }
  }

  /** @returns whether anything changed. */
  async #advance(item: Remediation): Promise<boolean> {
    const { clock, store } = this.#parts;
    if (item.deadlineAt !== null && item.deadlineAt <= clock.now()) await this.#giveUp(item);
    else
      switch (item.state) {
        case 'deciding':
          await decide(this.#parts, item);
          break;
        case 'authorised':
          await dispatch(this.#parts, item);
          break;
        // These wait: for what holds them to end, for a person, for the endpoint's reports, for its readings.
        case 'held':
        case 'proposed':
        case 'dispatched':
        case 'running':
        case 'verifying':
        // These have ended.
        case 'shadowed':
        case 'resolved':
        case 'relapsed':
        case 'postponed':
        case 'unsuitable':
        case 'abstained':
        case 'escalated':
        case 'withdrawn':
          return false;
      }
    const after = await remediation(store.read, item.id);
    return after?.state !== item.state || after.deadlineAt !== item.deadlineAt;
  }

  async #giveUp(item: Remediation): Promise<void> {
    await this.#parts.store.write(async (tx) => {
      const current = await remediation(tx, item.id);
      if (current === undefined || current.state !== item.state || current.deadlineAt !== item.deadlineAt)
        return;
      if (item.warrant !== null) {
        await tx
          .updateTable('runs')
          .set({ state: 'lost' })
          .where('warrant', '=', item.warrant)
          .where('state', '<>', 'ended')
          .execute();
      }
      if (item.state === 'verifying' && (await wasNotNeeded(tx, item))) {
        const alert = await alertBehind(tx, item.alert);
        if (await tryAnother(tx, this.#parts, item, alert)) return;
        return endUnfixed(
          tx,
          this.#parts,
          item,
          `${item.runbook} found nothing to do, and the endpoint's readings still show the fault`,
        );
      }
      await endUnfixed(tx, this.#parts, item, reasonForGivingUp(item));
    });
  }

  #tell(item: Pick<Remediation, 'ticket'>): void {
    this.#parts.live.publish({ changed: 'ticket', id: item.ticket });
    this.#parts.live.publish({ changed: 'approvals' });
    this.#parts.live.publish({ changed: 'fleet' });
  }
}

/** What one endpoint has goes in its order; a chooser that does not answer keeps up the decisions for that endpoint alone. */
const laneOf = ({ endpoint, state }: Remediation): string =>
  state === 'deciding' ? `decisions of ${endpoint}` : `work of ${endpoint}`;

function reasonForGivingUp({ state, runbook }: Remediation): string {
  switch (state) {
    case 'proposed':
      return `nobody said yes to ${runbook} in time`;
    case 'authorised':
      return `the endpoint was not free, or not connected, in time for ${runbook}`;
    case 'dispatched':
      return `the endpoint never said that it took the warrant for ${runbook}, which has expired`;
    case 'running':
      return `the endpoint never reported the end of ${runbook}`;
    case 'verifying':
      return `${runbook} ran, and the endpoint's readings still show the fault`;
    case 'deciding':
    case 'held':
    case 'shadowed':
    case 'resolved':
    case 'relapsed':
    case 'postponed':
    case 'unsuitable':
    case 'abstained':
    case 'escalated':
    case 'withdrawn':
      return `it stood too long as ${state}`;
  }
}
