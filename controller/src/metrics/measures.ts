import { sql } from 'kysely';
import type { Reader } from '../store/index.ts';

/** How many there are of one kind. */
export interface Labelled {
  readonly label: string;
  readonly count: number;
}

/** Every status is told, with 0 where no endpoint has it: an alert on `offline` must not lose its series. */
export async function endpointsByStatus(db: Reader): Promise<Labelled[]> {
  const rows = await db
    .selectFrom('endpoints')
    .select((eb) => ['standing', 'connected', eb.fn.countAll<number>().as('count')])
    .groupBy(['standing', 'connected'])
    .execute();
  const counts = new Map([
    ['online', 0],
    ['offline', 0],
    ['waiting', 0],
    ['revoked', 0],
  ]);
  for (const { standing, connected, count } of rows) {
    const status = standing === 'enrolled' ? (connected === 1 ? 'online' : 'offline') : standing;
    counts.set(status, (counts.get(status) ?? 0) + count);
  }
  return [...counts].map(([label, count]) => ({ label, count }));
}

export function alertsByCondition(db: Reader): Promise<Labelled[]> {
  return db
    .selectFrom('alerts')
    .select((eb) => ['condition as label', eb.fn.countAll<number>().as('count')])
    .where('state', '<>', 'resolved')
    .groupBy('condition')
    .execute();
}

export function ticketsByState(db: Reader): Promise<Labelled[]> {
  return db
    .selectFrom('tickets')
    .select((eb) => ['state as label', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
}

/** `open`: not ended; `lost`: never heard of again; else the outcome that the endpoint reported. */
export async function runsByOutcome(db: Reader): Promise<Labelled[]> {
  const label = sql<string>`CASE state WHEN 'ended' THEN COALESCE(result ->> '$.outcome', 'unknown') WHEN 'lost' THEN 'lost' ELSE 'open' END`;
  const rows = await db
    .selectFrom('runs')
    .select((eb) => [label.as('label'), eb.fn.countAll<number>().as('count')])
    .groupBy(label)
    .execute();
  return rows;
}

/** The number of the last event, which is never given twice: events that were cleared away since count too. */
export async function eventsIngested(db: Reader): Promise<number> {
  const result = await sql<{ seq: number }>`SELECT seq FROM sqlite_sequence WHERE name = 'events'`.execute(
    db,
  );
  return result.rows[0]?.seq ?? 0;
}

/** The fixes (milliseconds each) whose closing line on a timeline came after `last`, and the newest such line. */
export async function fixesSince(db: Reader, last: number): Promise<{ fixes: number[]; last: number }> {
  const rows = await db
    .selectFrom('timeline')
    .innerJoin('tickets', 'tickets.id', 'timeline.ticket')
    .select(['timeline.id', 'tickets.fixedInMs'])
    .where('timeline.id', '>', last)
    .where('timeline.kind', '=', 'closed')
    .orderBy('timeline.id')
    .execute();
  return {
    fixes: rows.flatMap(({ fixedInMs }) => (fixedInMs === null ? [] : [fixedInMs])),
    last: rows.at(-1)?.id ?? last,
  };
}

/** Room inside the database file that was freed, and is used before the file grows. Bytes. */
export async function reusableBytes(db: Reader): Promise<number> {
  const result = await sql<{ bytes: number }>`
    SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size`.execute(db);
  return result.rows[0]?.bytes ?? 0;
}
