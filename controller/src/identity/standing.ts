import type { Clock } from '@millwright/shared/clock';
import type { AuditLog } from '../audit/index.ts';
import type { Reader, Store } from '../store/index.ts';

export type StandingProblem = 'endpoint-unknown' | 'endpoint-not-waiting' | 'endpoint-revoked';

/** An endpoint's standing cannot be changed so; the message says why. */
export class StandingError extends Error {
  override readonly name = 'StandingError';
  readonly code: StandingProblem;
  constructor(code: StandingProblem, message: string) {
    super(message);
    this.code = code;
  }
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
}

/**
 * Lets an endpoint in that waits for an operator; it connects by itself within seconds.
 * @throws StandingError
 */
export async function approveEndpoint(
  { store, audit }: Parts,
  { id, by }: { id: string; by: string },
): Promise<void> {
  await store.write(async (tx) => {
    const known = await tx
      .selectFrom('endpoints')
      .select(['standing', 'hostname'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (known === undefined) throw new StandingError('endpoint-unknown', `there is no endpoint ${id}`);
    if (known.standing !== 'waiting')
      throw new StandingError(
        'endpoint-not-waiting',
        `endpoint ${id} does not wait to be let in: it is ${known.standing}`,
      );
    await tx.updateTable('endpoints').set({ standing: 'enrolled' }).where('id', '=', id).execute();
    await audit.append(tx, {
      actor: by,
      action: 'endpoint-approved',
      subject: id,
      detail: { hostname: known.hostname },
    });
  });
}

/**
 * Shuts an endpoint out for good, with its key: to come back it enrols anew.
 * @throws StandingError
 */
export async function revokeEndpoint(
  { store, audit }: Parts,
  { id, by }: { id: string; by: string },
): Promise<void> {
  await store.write(async (tx) => {
    const known = await tx
      .selectFrom('endpoints')
      .select(['standing', 'hostname'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (known === undefined) throw new StandingError('endpoint-unknown', `there is no endpoint ${id}`);
    if (known.standing === 'revoked')
      throw new StandingError('endpoint-revoked', `endpoint ${id} is revoked already`);
    await tx.updateTable('endpoints').set({ standing: 'revoked' }).where('id', '=', id).execute();
    await audit.append(tx, {
      actor: by,
      action: 'endpoint-revoked',
      subject: id,
      detail: { hostname: known.hostname },
    });
  });
}

/** Those among `connected` that may no longer be: revoked since they came in, perhaps by another process. */
export async function noLongerEnrolled(db: Reader, connected: readonly string[]): Promise<string[]> {
  if (connected.length === 0) return [];
  const rows = await db.selectFrom('endpoints').select('id').where('standing', '<>', 'enrolled').execute();
  const shut = new Set(rows.map(({ id }) => id));
  return connected.filter((id) => shut.has(id));
}
