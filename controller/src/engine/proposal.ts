import type { Writer } from '../store/index.ts';
import { EngineError } from './engine-error.ts';
import { type Remediation, remediation } from './remediations.ts';

/** How long a proposal waits for a person. Milliseconds. */
export const proposalMs = 4 * 3_600_000;

/** A remediation that waits for a person. @throws EngineError `not-found`, `wrong-state` */
export async function proposedWork(tx: Writer, id: number, now: number): Promise<Remediation> {
  const work = await remediation(tx, id);
  if (work === undefined) throw new EngineError('not-found', `there is no remediation ${id}`);
  if (work.state !== 'proposed' || (work.deadlineAt !== null && work.deadlineAt <= now))
    throw new EngineError(
      'wrong-state',
      `remediation ${id} no longer waits for approval: it is ${work.state === 'proposed' ? 'expired' : work.state}`,
    );
  return work;
}
