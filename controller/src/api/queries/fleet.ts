import type { Fleet } from '@millwright/shared/api';
import { killSwitchOf } from '../../engine/circumstances.ts';
import type { Storage } from '../../storage/index.ts';
import type { Reader } from '../../store/index.ts';
import { MILLWRIGHT } from '../../tickets/index.ts';
import type { CataloguePort } from '../catalogue-port.ts';

const dayMs = 86_400_000;

function median(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}

async function endpointCounts(db: Reader): Promise<Fleet['endpoints']> {
  const rows = await db
    .selectFrom('endpoints')
    .select((eb) => ['standing', 'connected', eb.fn.countAll<number>().as('count')])
    .groupBy(['standing', 'connected'])
    .execute();
  const sum = (matches: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(matches).reduce((total, row) => total + row.count, 0);
  return {
    online: sum((row) => row.standing === 'enrolled' && row.connected === 1),
    offline: sum((row) => row.standing === 'enrolled' && row.connected === 0),
    waiting: sum((row) => row.standing === 'waiting'),
  };
}

async function alertCounts(db: Reader): Promise<Fleet['alerts']> {
  const rows = await db
    .selectFrom('alerts')
    .select((eb) => ['severity', eb.fn.countAll<number>().as('count')])
    .where('state', '<>', 'resolved')
    .groupBy('severity')
    .execute();
  const of = (severity: string): number => rows.find((row) => row.severity === severity)?.count ?? 0;
  return { critical: of('critical'), warning: of('warning') };
}

async function ticketCounts(db: Reader): Promise<Fleet['tickets']> {
  const rows = await db
    .selectFrom('tickets')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('state', '<>', 'closed')
    .groupBy('state')
    .execute();
  const of = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0;
  return { open: of('open'), waiting: of('waiting'), escalated: of('escalated') };
}

/** `fixedAlone`: nobody was asked. `byPeople`: somebody said yes to the fix, or closed the ticket. */
async function today(db: Reader, since: number): Promise<Fleet['today']> {
  const faults = await db
    .selectFrom('alerts')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('raisedAt', '>', since)
    .executeTakeFirstOrThrow();
  const closed = await db
    .selectFrom('tickets')
    .select((eb) => [
      'tickets.fixedInMs',
      eb
        .exists(
          eb
            .selectFrom('remediations')
            .select('remediations.id')
            .whereRef('remediations.ticket', '=', 'tickets.id')
            .where('remediations.state', '=', 'resolved')
            .where('remediations.authorisedBy', '<>', 'autonomous'),
        )
        .as('approved'),
      eb
        .exists(
          eb
            .selectFrom('timeline')
            .select('timeline.id')
            .whereRef('timeline.ticket', '=', 'tickets.id')
            .where('timeline.kind', '=', 'closed')
            .where('timeline.actor', '<>', MILLWRIGHT),
        )
        .as('closedByHand'),
    ])
    .where('tickets.state', '=', 'closed')
    .where('tickets.closedAt', '>', since)
    .execute();
  const fixed = closed
    .flatMap(({ fixedInMs }) => (fixedInMs === null ? [] : [fixedInMs]))
    .sort((a, b) => a - b);
  // SQLite tells a truth as 0 or 1.
  const byPerson = closed.filter(
    (ticket) => Number(ticket.approved) === 1 || Number(ticket.closedByHand) === 1,
  );
  return {
    faults: faults.count,
    fixedAlone: closed.filter((ticket) => ticket.fixedInMs !== null && !byPerson.includes(ticket)).length,
    byPeople: byPerson.length,
    medianFixMs: median(fixed),
  };
}

/** The fleet at a glance. */
export async function fleet(
  db: Reader,
  catalogue: CataloguePort,
  { freeBytes, totalBytes, room }: Storage,
  now: number,
): Promise<Fleet> {
  return {
    endpoints: await endpointCounts(db),
    alerts: await alertCounts(db),
    tickets: await ticketCounts(db),
    today: await today(db, now - dayMs),
    killSwitch: await killSwitchOf(db),
    storage: { freeBytes, totalBytes, room },
    catalogue: { runbooks: catalogue.runbooks().length, expiresAt: catalogue.expiresAt() },
  };
}
