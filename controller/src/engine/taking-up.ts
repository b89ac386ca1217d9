import { Mode } from '@millwright/shared/api';
import { sql } from 'kysely';
import { inMaintenance } from '../alerts/maintenance.ts';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { killSwitchOn } from './circumstances.ts';
import type { EngineParts } from './ports.ts';
import { moveTo } from './remediations.ts';

/** How much is taken up in one transaction. */
const atOnce = 50;

/**
 * Decides anew what could not run, once it may: work that was held, when nothing holds it any more; what a runbook in
 * shadow would have done, when its mode is higher; a proposal, when its runbook became autonomous. Only while the fault
 * stands, and never what a person has taken by acknowledging the alert.
 */
export async function takeUp(parts: EngineParts): Promise<Taken[]> {
  const { store } = parts;
  const taken: Taken[] = [];
  if (!(await killSwitchOn(store.read)) && (await heldWork(store.read).executeTakeFirst()) !== undefined)
    taken.push(...(await store.write((tx) => takeUpHeld(tx, parts))));
  if ((await withHigherMode(store.read).executeTakeFirst()) !== undefined)
    taken.push(...(await store.write((tx) => takeUpHigher(tx, parts))));
  return taken;
}

/** What is decided anew, or left to a person. */
interface Taken {
  readonly id: number;
  readonly ticket: number;
}

async function takeUpHeld(tx: Writer, parts: EngineParts): Promise<Taken[]> {
  if (await killSwitchOn(tx)) return [];
  const taken: Taken[] = [];
  for (const work of await heldWork(tx).execute()) {
    if (await inMaintenance(tx, work, parts.clock.now())) continue;
    if (work.acknowledgedBy === null) await decideAnew(tx, parts, work, 'Nothing holds it back any more');
    else await leaveTo(tx, parts, work, work.acknowledgedBy);
    taken.push(work);
    if (taken.length === atOnce) break;
  }
  return taken;
}

async function takeUpHigher(tx: Writer, parts: EngineParts): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const work of (await withHigherMode(tx).execute()).slice(0, atOnce)) {
    const manifest = parts.catalogue.runbooks().find((known) => known.manifest.id === work.runbook)?.manifest;
    // What technicians must sign waits for them in every mode.
    if (manifest === undefined || (work.state === 'proposed' && manifest.technicians > 0)) continue;
    await decideAnew(tx, parts, work, `${work.runbook} is ${Mode.parse(work.mode)} for this client now`);
    taken.push(work);
  }
  return taken;
}

async function decideAnew(
  tx: Writer,
  { tickets, clock }: EngineParts,
  { id, ticket }: Taken,
  why: string,
): Promise<void> {
  await moveTo(tx, id, 'deciding', clock.now());
  await tickets.setState(tx, ticket, 'open');
  await tickets.tell(tx, ticket, {
    kind: 'decision',
    actor: MILLWRIGHT,
    text: `${why}, and the fault still stands: it is decided anew.`,
  });
}

async function leaveTo(
  tx: Writer,
  { tickets, clock }: EngineParts,
  { id, ticket }: Taken,
  person: string,
): Promise<void> {
  await moveTo(tx, id, 'escalated', clock.now());
  await tickets.setState(tx, ticket, 'escalated');
  await tickets.tell(tx, ticket, {
    kind: 'escalated',
    actor: MILLWRIGHT,
    text: `Nothing holds it back any more; it is left to ${person}, who acknowledged the alert.`,
  });
}

/** Remediations of faults that stand, whose ticket is not closed. */
const standingWork = (db: EngineParts['store']['read'] | Writer) =>
  db
    .selectFrom('alerts')
    // SQLite keeps a cross join's order: by way of the few alerts that stand, not of all that was ever in shadow.
    .crossJoin('remediations')
    .innerJoin('tickets', 'tickets.id', 'remediations.ticket')
    .select([
      'remediations.id',
      'remediations.state',
      'remediations.ticket',
      'remediations.endpoint',
      'remediations.client',
      'remediations.runbook',
      'alerts.site',
      'alerts.acknowledgedBy',
    ])
    .whereRef('remediations.alert', '=', 'alerts.id')
    // Literal, so that the index of standing alerts serves.
    .where('alerts.state', '<>', sql.lit('resolved'))
    .where('tickets.state', '<>', 'closed')
    .orderBy('alerts.id');

const heldWork = (db: EngineParts['store']['read'] | Writer) =>
  standingWork(db).where('remediations.state', '=', 'held');

const withHigherMode = (db: EngineParts['store']['read'] | Writer) =>
  standingWork(db)
    .leftJoin('modes as own', (join) =>
      join.onRef('own.runbook', '=', 'remediations.runbook').onRef('own.client', '=', 'remediations.client'),
    )
    .leftJoin('modes as everyone', (join) =>
      join.onRef('everyone.runbook', '=', 'remediations.runbook').on('everyone.client', '=', '*'),
    )
    .select((eb) => eb.fn.coalesce('own.mode', 'everyone.mode').as('mode'))
    .where('alerts.acknowledgedBy', 'is', null)
    .where((eb) => {
      const mode = eb.fn.coalesce('own.mode', 'everyone.mode');
      return eb.or([
        eb.and([eb('remediations.state', '=', 'shadowed'), eb(mode, 'in', ['suggest', 'autonomous'])]),
        eb.and([eb('remediations.state', '=', 'proposed'), eb(mode, '=', 'autonomous')]),
      ]);
    });
