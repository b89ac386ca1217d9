import type { Clock } from '@millwright/shared/clock';
import { sql } from 'kysely';
import type { LiveFeed } from '../live/index.ts';
import type { Store, Writer } from '../store/index.ts';
import type { Tickets } from '../tickets/index.ts';
import { openTicket } from './alerts.ts';
import { changesOf, type EventFollower } from './event-consumer.ts';
import { inMaintenance } from './maintenance.ts';

/** How many are taken up in one transaction. */
const atOnce = 50;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly tickets: Tickets;
  readonly follower: EventFollower;
  readonly live: LiveFeed;
  /** How long endpoints get to come back one by one after their site did. Milliseconds. */
  readonly siteGraceMs: number;
}

/**
 * Faults that were seen and not acted on, in a maintenance window or under a site's outage. What still stands when that is
 * over is taken up, as if it were raised then. One that a person has acknowledged is left to that person.
 */
export class SuppressedAlerts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Asked every second or so. */
  async tick(): Promise<void> {
    const { store, live, follower } = this.#parts;
    if ((await standing(store.read).executeTakeFirst()) === undefined) return;
    const changes = await store.write(async (tx) => {
      const told = [];
      for (const alert of await standing(tx).execute())
        if (!(await this.#stillSuppressed(tx, alert))) {
          told.push(...(await this.#takeUp(tx, alert)));
          if (told.length >= atOnce) break;
        }
      return told;
    });
    for (const change of changes) live.publish(change);
    if (changes.length > 0) follower.wake();
  }

  async #stillSuppressed(tx: Writer, alert: Suppressed): Promise<boolean> {
    const now = this.#parts.clock.now();
    // A window that opened meanwhile holds back what an outage of its site held back before.
    if (await inMaintenance(tx, alert, now)) return true;
    if (alert.suppressed !== 'site-offline') return false;
    const outage = await tx
      .selectFrom('alerts')
      .select(['state', 'resolvedAt'])
      .where('condition', '=', 'site-offline')
      .where('site', '=', alert.site)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (outage === undefined) return false;
    return outage.state !== 'resolved' || (outage.resolvedAt ?? 0) + this.#parts.siteGraceMs > now;
  }

  async #takeUp(tx: Writer, alert: Suppressed): Promise<ReturnType<typeof changesOf>> {
    const { tickets, follower } = this.#parts;
    const { id, endpoint, hostname, client, condition, suppressed, evidenceSha256 } = alert;
    const why =
      suppressed === 'site-offline' ? 'while its whole site was offline' : 'in a maintenance window';
    const ticket = await openTicket(
      tx,
      tickets,
      {
        ...alert,
        endpoint: endpoint === null ? null : { id: endpoint, hostname: hostname ?? endpoint },
        at: alert.raisedAt,
        evidence: evidenceSha256 === null ? null : { sha256: evidenceSha256 },
      },
      `${alert.description}. This was seen ${why}, which is over; the fault still stands.`,
    );
    await tx.updateTable('alerts').set({ ticket, suppressed: null }).where('id', '=', id).execute();
    if (endpoint !== null)
      await follower.raised(tx, { kind: 'new', alert: id, ticket }, { endpoint, client, condition });
    return changesOf(endpoint, id, ticket);
  }
}

const standing = (db: Store['read'] | Writer) =>
  db
    .selectFrom('alerts')
    .leftJoin('endpoints', 'endpoints.id', 'alerts.endpoint')
    .select([
      'alerts.id',
      'alerts.endpoint',
      'alerts.client',
      'alerts.site',
      'alerts.condition',
      'alerts.title',
      'alerts.severity',
      'alerts.subject',
      'alerts.description',
      'alerts.suppressed',
      'alerts.raisedAt',
      'alerts.evidenceSha256',
      'endpoints.hostname',
    ])
    // Literal, so that the index of standing alerts serves.
    .where('alerts.state', '<>', sql.lit('resolved'))
    .where('alerts.state', '=', 'open')
    .where('alerts.suppressed', 'is not', null)
    .orderBy('alerts.id');
type Suppressed = Awaited<ReturnType<ReturnType<typeof standing>['executeTakeFirstOrThrow']>>;
