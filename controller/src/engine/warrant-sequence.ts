import { sql } from 'kysely';
import type { Writer } from '../store/index.ts';
import { EngineError } from './engine-error.ts';

/** Whom a warrant is for, and the number that it bears. */
export interface NextInSequence {
  readonly sequence: number;
  readonly thumbprint: string;
  readonly platform: string;
  readonly client: string;
}

/**
 * The number of an endpoint's next warrant. An endpoint takes none that is not above the last it took, so that none runs twice;
 * it is the time in milliseconds, so that a controller restored from a backup does not begin below what it gave before.
 * @throws EngineError `not-found`
 */
export async function nextInSequence(tx: Writer, endpoint: string, now: number): Promise<NextInSequence> {
  const next = await tx
    .updateTable('endpoints')
    .set({ warrantSequence: sql<number>`max(warrant_sequence + 1, ${now})` })
    .where('id', '=', endpoint)
    .returning(['warrantSequence as sequence', 'thumbprint', 'platform', 'client'])
    .executeTakeFirst();
  if (next === undefined) throw new EngineError('not-found', `there is no endpoint ${endpoint}`);
  return next;
}
