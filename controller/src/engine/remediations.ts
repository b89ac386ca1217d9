import { RemediationState } from '@millwright/shared/api';
import { Reading } from '@millwright/shared/readings';
import { Parameters } from '@millwright/shared/runbook';
import { DecidedBy } from '@millwright/shared/trust';
import { z } from 'zod';
import type { Reader, Writer } from '../store/index.ts';

/** States in which an endpoint is busy with a remediation: one at a time. */
export const occupying = ['dispatched', 'running'] as const;
/** States that something must still follow. */
export const unfinished = [
  'deciding',
  'proposed',
  'authorised',
  'dispatched',
  'running',
  'verifying',
] as const;
/** States in which nothing has run, and nothing needs to once the fault is over. */
export const beforeRun = ['deciding', 'held', 'proposed', 'authorised'] as const;

/** One attempt to remedy one alert, with what is needed to go on with it. */
export interface Remediation {
  readonly id: number;
  readonly state: RemediationState;
  readonly alert: number;
  readonly ticket: number;
  readonly endpoint: string;
  readonly client: string;
  readonly condition: string;
  readonly runbook: string | null;
  /** The hash of the runbook as it was proposed, or sent. */
  readonly runbookSha256: string | null;
  readonly parameters: Parameters;
  readonly authorisedBy: string | null;
  readonly decidedBy: DecidedBy;
  readonly warrant: string | null;
  readonly deadlineAt: number | null;
  readonly notBefore: number | null;
}

const select = (db: Reader | Writer) =>
  db
    .selectFrom('remediations')
    .leftJoin('decisions', 'decisions.id', 'remediations.decision')
    .select([
      'remediations.id',
      'remediations.state',
      'remediations.alert',
      'remediations.ticket',
      'remediations.endpoint',
      'remediations.client',
      'remediations.condition',
      'remediations.runbook',
      'remediations.runbookSha256',
      'remediations.parameters',
      'remediations.authorisedBy',
      'remediations.warrant',
      'remediations.deadlineAt',
      'remediations.notBefore',
      'decisions.chooser',
      'decisions.model',
      'decisions.promptSha256',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function fromRow({ chooser, model, promptSha256, ...row }: Row): Remediation {
  const decidedBy = chooser === 'openai' ? { kind: 'openai', model, promptSha256 } : { kind: 'builtin' };
  return {
    ...row,
    state: RemediationState.parse(row.state),
    parameters: Parameters.parse(JSON.parse(row.parameters)),
    decidedBy: DecidedBy.parse(decidedBy),
  };
}

export async function remediation(db: Reader | Writer, id: number): Promise<Remediation | undefined> {
  const row = await select(db).where('remediations.id', '=', id).executeTakeFirst();
  return row && fromRow(row);
}

export async function remediationByWarrant(
  db: Reader | Writer,
  warrant: string,
): Promise<Remediation | undefined> {
  const row = await select(db).where('remediations.warrant', '=', warrant).executeTakeFirst();
  return row && fromRow(row);
}

export async function remediationsIn(
  db: Reader | Writer,
  states: readonly RemediationState[],
  endpoint?: string,
): Promise<Remediation[]> {
  const query = select(db).where('remediations.state', 'in', states).orderBy('remediations.id');
  const rows = await (endpoint === undefined
    ? query
    : query.where('remediations.endpoint', '=', endpoint)
  ).execute();
  return rows.map(fromRow);
}

/** The newest remediation of an alert. */
export async function remediationOf(db: Reader | Writer, alert: number): Promise<Remediation | undefined> {
  const row = await select(db)
    .where('remediations.alert', '=', alert)
    .orderBy('remediations.id', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Begins to remedy an alert. */
export async function begin(
  tx: Writer,
  {
    alert,
    ticket,
    endpoint,
    client,
    condition,
  }: Pick<Remediation, 'alert' | 'ticket' | 'endpoint' | 'client' | 'condition'>,
  now: number,
): Promise<void> {
  await tx
    .insertInto('remediations')
    .values({
      alert,
      ticket,
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
      notBefore: null,
      watchedUntil: null,
      createdAt: now,
      updatedAt: now,
    })
    .execute();
}

/** Goes on with what was decided in another attempt, whose warrant was not carried out. */
export async function beginAnew(
  tx: Writer,
  before: number,
  next: {
    readonly state: 'authorised' | 'proposed' | 'held';
    readonly deadlineAt: number | null;
    readonly notBefore: number | null;
  },
  now: number,
): Promise<void> {
  const { id: _, ...row } = await tx
    .selectFrom('remediations')
    .selectAll()
    .where('id', '=', before)
    .executeTakeFirstOrThrow();
  const authorisedBy = next.state === 'authorised' ? row.authorisedBy : null;
  await tx
    .insertInto('remediations')
    .values({ ...row, ...next, authorisedBy, warrant: null, createdAt: now, updatedAt: now })
    .execute();
}

/** The newest remediation of a ticket. */
export async function lastOfTicket(tx: Writer, ticket: number): Promise<Remediation | undefined> {
  const row = await select(tx)
    .where('remediations.ticket', '=', ticket)
    .orderBy('remediations.id', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** The newest alert of a ticket: the others are over. */
export async function newestAlertOf(tx: Writer, ticket: number): Promise<{ id: number; count: number }> {
  const alerts = await tx
    .selectFrom('alerts')
    .select('id')
    .where('ticket', '=', ticket)
    .orderBy('id')
    .execute();
  const last = alerts.at(-1);
  if (last === undefined) throw new TypeError(`ticket ${ticket} has no alert`);
  return { id: last.id, count: alerts.length };
}

/** Whether a run for a ticket is under way. */
export async function isRunning(tx: Writer, ticket: number): Promise<boolean> {
  const row = await tx
    .selectFrom('remediations')
    .select('id')
    .where('ticket', '=', ticket)
    .where('state', 'in', occupying)
    .executeTakeFirst();
  return row !== undefined;
}

/** Withdraws what has not run of a ticket's remediations. */
export async function withdrawBeforeRun(tx: Writer, ticket: number, now: number): Promise<void> {
  await tx
    .updateTable('remediations')
    .set({ state: 'withdrawn', deadlineAt: null, updatedAt: now })
    .where('ticket', '=', ticket)
    .where('state', 'in', beforeRun)
    .execute();
}

/** The alert behind a remediation, with its evidence. */
export async function alertBehind(db: Reader | Writer, id: number) {
  const alert = await db
    .selectFrom('alerts')
    .leftJoin('endpoints', 'endpoints.id', 'alerts.endpoint')
    .select([
      'alerts.id',
      'alerts.condition',
      'alerts.title',
      'alerts.severity',
      'alerts.subject',
      'alerts.description',
      'alerts.occurrences',
      'alerts.state',
      'alerts.raisedAt',
      'alerts.resolvedAt',
      'alerts.evidence',
      'alerts.evidenceSha256',
      'alerts.client',
      'alerts.site',
      'endpoints.platform',
      'endpoints.thumbprint',
      'endpoints.hostname',
    ])
    .where('alerts.id', '=', id)
    .executeTakeFirstOrThrow();
  return { ...alert, readings: z.array(Reading).parse(JSON.parse(alert.evidence)) };
}
export type AlertBehind = Awaited<ReturnType<typeof alertBehind>>;

/** Moves a remediation on. Every transition goes through here; the caller's transaction makes it and its effects one. */
export async function moveTo(
  tx: Writer,
  id: number,
  state: RemediationState,
  now: number,
  changes: {
    deadlineAt?: number | null;
    warrant?: string;
    authorisedBy?: string;
    runbookSha256?: string;
    watchedUntil?: number;
  } = {},
): Promise<void> {
  await tx
    .updateTable('remediations')
    .set({ deadlineAt: null, ...changes, state, updatedAt: now })
    .where('id', '=', id)
    .execute();
}
