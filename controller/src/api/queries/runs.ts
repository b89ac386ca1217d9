import { Run } from '@millwright/shared/api';
import type { Reader } from '../../store/index.ts';

function select(db: Reader) {
  return db
    .selectFrom('runs')
    .leftJoin('endpoints', 'endpoints.id', 'runs.endpoint')
    .select([
      'runs.warrant',
      'runs.runbook',
      'runs.runbookVersion',
      'runs.endpoint',
      'endpoints.hostname',
      'runs.state',
      'runs.sentAt',
      'runs.endedAt',
      'runs.result',
      'runs.steps',
    ]);
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function fromRow({ endpoint, hostname, result, steps, ...run }: Row): Run {
  return Run.parse({
    ...run,
    endpoint: { id: endpoint, hostname: hostname ?? endpoint },
    result: result === null ? null : JSON.parse(result),
    steps: JSON.parse(steps),
  });
}

/** One run; undefined where there is none. */
export async function run(db: Reader, warrant: string): Promise<Run | undefined> {
  const row = await select(db).where('runs.warrant', '=', warrant).executeTakeFirst();
  return row && fromRow(row);
}

/** The runs of one ticket, in order. */
export async function runsOf(db: Reader, ticket: number): Promise<Run[]> {
  const rows = await select(db)
    .where('runs.ticket', '=', ticket)
    .orderBy('runs.sentAt')
    .orderBy('runs.warrant')
    .execute();
  return rows.map(fromRow);
}
