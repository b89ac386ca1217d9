import type { Clock } from '@millwright/shared/clock';
import { controllerConditions } from '@millwright/shared/conditions';
import { formatDuration } from '@millwright/shared/units';
import type { LiveFeed } from '../live/index.ts';
import type { Store, Writer } from '../store/index.ts';
import type { Alerts, Fault } from './alerts.ts';
import { changesOf, type EventFollower } from './event-consumer.ts';

/** Times in milliseconds. */
export interface OfflineLimits {
  /** How long an endpoint may be away. */
  readonly offlineAfterMs: number;
  /** After a start, endpoints get this long to come back before any counts as offline. */
  readonly startupGraceMs: number;
  /** A site with half of its endpoints (two at least) gone within this time is offline as a whole. */
  readonly siteWindowMs: number;
}
export const defaultOfflineLimits: OfflineLimits = {
  offlineAfterMs: 180_000,
  startupGraceMs: 180_000,
  siteWindowMs: 120_000,
};

/** Raises and clears `agent-offline` and `site-offline`: what only the controller can see. */
export class ConnectivityWatch {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #alerts: Alerts;
  readonly #follower: EventFollower;
  readonly #live: LiveFeed;
  readonly #limits: OfflineLimits;
  readonly #startedAt: number;
  /** Endpoints that went while the store took no write, and when. */
  readonly #unrecorded = new Map<string, number>();

  constructor(parts: {
    store: Store;
    clock: Clock;
    alerts: Alerts;
    follower: EventFollower;
    live: LiveFeed;
    limits?: OfflineLimits;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#alerts = parts.alerts;
    this.#follower = parts.follower;
    this.#live = parts.live;
    this.#limits = parts.limits ?? defaultOfflineLimits;
    this.#startedAt = parts.clock.now();
  }

  /** After a start nobody is connected, whatever the rows say. Whoever was is away from now on: before, nobody could have heard it. */
  async start(): Promise<void> {
    await this.#store.write((tx) =>
      tx
        .updateTable('endpoints')
        .set({ connected: 0, lastSeenAt: this.#startedAt })
        .where('connected', '=', 1)
        .execute(),
    );
  }

  async connected(endpoint: string): Promise<void> {
    this.#unrecorded.delete(endpoint);
    const changes = await this.#store.write(async (tx) => {
      // Here and not with the greeting: a predecessor's `disconnected` must not come after it.
      const row = await tx
        .updateTable('endpoints')
        .set({ connected: 1, lastSeenAt: this.#clock.now() })
        .where('id', '=', endpoint)
        .returning(['id', 'hostname', 'site'])
        .executeTakeFirstOrThrow();
      return [
        ...(await this.#clear(tx, {
          endpoint: row,
          site: row.site,
          condition: 'agent-offline',
          subject: 'agent',
        })),
        ...(await this.#siteBack(tx, row.site)),
      ];
    });
    this.#tell(endpoint, changes);
  }

  /** Where it cannot be recorded now, the next `tick` does. */
  async disconnected(endpoint: string): Promise<void> {
    this.#unrecorded.set(endpoint, this.#clock.now());
    await this.#recordGone();
  }

  async #recordGone(): Promise<void> {
    for (const [endpoint, at] of this.#unrecorded) {
      await this.#store.write((tx) =>
        tx
          .updateTable('endpoints')
          .set({ connected: 0, lastSeenAt: at })
          .where('id', '=', endpoint)
          .execute(),
      );
      // It may have come back and gone again meanwhile.
      if (this.#unrecorded.get(endpoint) === at) this.#unrecorded.delete(endpoint);
      this.#tell(endpoint, []);
    }
  }

  /** Asked every few seconds: who has been away for too long? */
  async tick(): Promise<void> {
    await this.#recordGone();
    const now = this.#clock.now();
    if (now - this.#startedAt < this.#limits.startupGraceMs) return;
    const changes = await this.#store.write(async (tx) => {
      const told = [];
      const away = await tx
        .selectFrom('endpoints')
        .select(['id', 'hostname', 'client', 'site', 'lastSeenAt'])
        .where('standing', '=', 'enrolled')
        .where('connected', '=', 0)
        .where('lastSeenAt', '<=', now - Math.min(this.#limits.offlineAfterMs, this.#limits.siteWindowMs))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('alerts')
                .select('alerts.id')
                .whereRef('alerts.endpoint', '=', 'endpoints.id')
                .where('condition', '=', 'agent-offline')
                .where('state', '<>', 'resolved'),
            ),
          ),
        )
        .execute();
      for (const site of new Set(away.map((row) => row.site)))
        told.push(...(await this.#judgeSite(tx, site, now)));
      for (const row of away) {
        const gone = now - (row.lastSeenAt ?? now);
        if (gone < this.#limits.offlineAfterMs) continue;
        told.push(
          ...(await this.#raise(tx, {
            endpoint: row,
            client: row.client,
            site: row.site,
            condition: 'agent-offline',
            ...controllerConditions['agent-offline'],
            subject: 'agent',
            description: `${row.hostname} has not been heard of for ${formatDuration(gone)}`,
            at: now,
            evidence: null,
          })),
        );
      }
      return told;
    });
    if (changes.length === 0) return;
    for (const change of changes) this.#live.publish(change);
    this.#follower.wake();
  }

  async #judgeSite(tx: Writer, site: string, now: number): Promise<ReturnType<typeof changesOf>> {
    const endpoints = await tx
      .selectFrom('endpoints')
      .select(['connected', 'lastSeenAt', 'client'])
      .where('site', '=', site)
      .where('standing', '=', 'enrolled')
      .execute();
    const away = endpoints.flatMap(({ connected, lastSeenAt }) =>
      connected === 0 ? (lastSeenAt ?? []) : [],
    );
    const newest = Math.max(...away);
    // One that has been switched off since last week says nothing of what happens to the site now.
    const gone = away.filter((at) => newest - at <= this.#limits.siteWindowMs);
    const there = endpoints.length - away.length + gone.length;
    const [first] = endpoints;
    if (first === undefined || gone.length < 2 || gone.length * 2 < there) return [];
    return this.#raise(tx, {
      endpoint: null,
      client: first.client,
      site,
      condition: 'site-offline',
      ...controllerConditions['site-offline'],
      subject: 'site',
      description: `${gone.length} of ${there} endpoints of ${site} went away within ${formatDuration(this.#limits.siteWindowMs)}`,
      at: now,
      evidence: null,
    });
  }

  async #siteBack(tx: Writer, site: string): Promise<ReturnType<typeof changesOf>> {
    // One that is known to be away by itself did not go with its site, and is not waited for.
    const rows = await tx
      .selectFrom('endpoints')
      .select('connected')
      .where('site', '=', site)
      .where('standing', '=', 'enrolled')
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('alerts')
              .select('alerts.id')
              .whereRef('alerts.endpoint', '=', 'endpoints.id')
              .where('condition', '=', 'agent-offline')
              .where('state', '<>', 'resolved')
              .where('suppressed', 'is', null),
          ),
        ),
      )
      .execute();
    const gone = rows.filter((row) => row.connected === 0).length;
    return gone * 2 < rows.length
      ? this.#clear(tx, { endpoint: null, site, condition: 'site-offline', subject: 'site' })
      : [];
  }

  async #raise(tx: Writer, fault: Fault): Promise<ReturnType<typeof changesOf>> {
    const raised = await this.#alerts.raise(tx, fault);
    if (raised.kind === 'repeated') return [];
    if (fault.endpoint !== null)
      await this.#follower.raised(tx, raised, {
        endpoint: fault.endpoint.id,
        client: fault.client,
        condition: fault.condition,
      });
    return changesOf(
      fault.endpoint?.id ?? null,
      raised.alert,
      raised.kind === 'suppressed' ? null : raised.ticket,
    );
  }

  async #clear(
    tx: Writer,
    fault: Pick<Fault, 'endpoint' | 'site' | 'condition' | 'subject'>,
  ): Promise<ReturnType<typeof changesOf>> {
    const cleared = await this.#alerts.clear(tx, fault, this.#clock.now());
    if (cleared === undefined) return [];
    await this.#follower.cleared(tx, cleared);
    return changesOf(fault.endpoint?.id ?? null, cleared.alert, cleared.ticket);
  }

  #tell(endpoint: string, changes: ReturnType<typeof changesOf>): void {
    for (const change of [
      { changed: 'endpoint' as const, id: endpoint },
      { changed: 'fleet' as const },
      ...changes,
    ])
      this.#live.publish(change);
    if (changes.length > 0) this.#follower.wake();
  }
}
