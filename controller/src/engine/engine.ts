import type { LiveChange } from '@millwright/shared/api';
import type { RunEnded, RunProgress } from '@millwright/shared/protocol';
import type { z } from 'zod';
import type { Cleared, Raised } from '../alerts/alerts.ts';
import type { EventFollower } from '../alerts/event-consumer.ts';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { decide } from './deciding.ts';
import { dispatch, resend } from './dispatching.ts';
import { escalate } from './escalation.ts';
import type { EngineParts } from './ports.ts';
import {
  alertBehind,
  beforeRun,
  moveTo,
  type Remediation,
  remediation,
  remediationOf,
  remediationsIn,
  unfinished,
} from './remediations.ts';
import { resolve } from './resolution.ts';
import { followEnd, followProgress } from './run-following.ts';

/**
 * Turns alerts into verified fixes. Its whole state is rows in the store: every transition is committed before its
 * effect, and a start takes up whatever is unfinished.
 */
export class Engine implements EventFollower {
  readonly #parts: EngineParts;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** There may be work. Returns at once. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Resolves when nothing more can be done without an endpoint, a person or time. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
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
    if (raised.kind !== 'new') return;
    const now = this.#parts.clock.now();
    await tx
      .insertInto('remediations')
      .values({
        alert: raised.alert,
        ticket: raised.ticket,
        endpoint,
        client,
        condition,
        state: 'deciding',
        runbook: null,
        runbookVersion: null,
        runbookSha256: null,
        parameters: '{}',
        decision: null,
        authorisedBy: null,
        warrant: null,
        deadlineAt: null,
        createdAt: now,
        updatedAt: now,
      })
      .execute();
  }

  async cleared(tx: Writer, cleared: Cleared): Promise<void> {
    if (cleared.ticket === null) return;
    const work = await remediationOf(tx, cleared.alert);
    if (work?.state === 'verifying')
      return resolve(tx, this.#parts, work, await alertBehind(tx, cleared.alert));
    // The run's own report is still to come, and says what became of it.
    if (work?.state === 'dispatched' || work?.state === 'running') return;
    if (work !== undefined && beforeRun.some((state) => state === work.state))
      await moveTo(tx, work.id, 'withdrawn', this.#parts.clock.now());
    await this.#parts.tickets.close(
      tx,
      cleared.ticket,
      {
        kind: 'closed',
        actor: MILLWRIGHT,
        text: "The endpoint's own readings show that the fault is over. Millwright did not fix it.",
        detail: { alert: cleared.alert },
      },
      null,
    );
  }

  runProgress(tx: Writer, endpoint: string, event: z.infer<typeof RunProgress>): Promise<LiveChange[]> {
    return followProgress(tx, this.#parts, endpoint, event);
  }

  runEnded(tx: Writer, endpoint: string, event: z.infer<typeof RunEnded>): Promise<LiveChange[]> {
    return followEnd(tx, this.#parts, endpoint, event);
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const work = await remediationsIn(this.#parts.store.read, unfinished);
        // Endpoints do not wait for each other; what one endpoint has goes in its order.
        const byEndpoint = Map.groupBy(work, (item) => item.endpoint);
        await Promise.all([...byEndpoint.values()].map((items) => this.#advanceAll(items)));
      } catch (error) {
        // The next wake comes within a second.
        this.#parts.log('work not looked for; it is tried again', { error: String(error) });
      }
    }
  }

  async #advanceAll(items: readonly Remediation[]): Promise<void> {
    for (const item of items) {
      try {
        const after = await this.#advance(item);
        this.#tell(item);
        // A decision may be dispatched at once.
        if (after?.state === 'authorised') await this.#advance(after);
      } catch (error) {
        this.#parts.log('remediation not advanced; it is tried again', {
          remediation: item.id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    }
  }

  async #advance(item: Remediation): Promise<Remediation | undefined> {
    const { clock } = this.#parts;
    if (item.deadlineAt !== null && item.deadlineAt <= clock.now()) return this.#giveUp(item);
    switch (item.state) {
      case 'deciding':
        await decide(this.#parts, item);
        return remediation(this.#parts.store.read, item.id);
      case 'authorised':
        await dispatch(this.#parts, item);
        return undefined;
      // These wait: for a person, for the endpoint's reports, for its readings.
      case 'proposed':
      case 'dispatched':
      case 'running':
      case 'verifying':
      // These have ended.
      case 'shadowed':
      case 'resolved':
      case 'abstained':
      case 'escalated':
      case 'withdrawn':
        return undefined;
    }
  }

  async #giveUp(item: Remediation): Promise<undefined> {
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
      await escalate(tx, this.#parts, item, reasonForGivingUp(item));
    });
    return undefined;
  }

  #tell(item: Remediation): void {
    this.#parts.live.publish({ changed: 'ticket', id: item.ticket });
    this.#parts.live.publish({ changed: 'approvals' });
    this.#parts.live.publish({ changed: 'fleet' });
  }
}

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
    case 'shadowed':
    case 'resolved':
    case 'abstained':
    case 'escalated':
    case 'withdrawn':
      return `it stood too long as ${state}`;
  }
}
