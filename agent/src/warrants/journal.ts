import type { DatabaseSync } from 'node:sqlite';
import { Refusal, RunReport, type Warrant } from '@millwright/shared/trust';
import { z } from 'zod';
import type { RunState } from '../runner/index.ts';
import { diskProblemOf, remedies, transaction } from '../state/index.ts';
import { appendAudit } from './audit.ts';
import type { Docket } from './docket.ts';
import type { FloorClock } from './floor-clock.ts';

const Runbook = RunReport.shape.runbook.unwrap();

/** A warrant that was taken and has not ended. */
const OpenWarrant = z.object({
  id: z.uuid(),
  envelope: z.string(),
  runbook: z.string().transform((text) => Runbook.parse(JSON.parse(text))),
  receivedAt: z.number(),
  state: z.string(),
  /** When the step that it was in has used up its time. Milliseconds. */
  stepEnds: z.number().nullable(),
});
export type OpenWarrant = z.infer<typeof OpenWarrant>;

/**
 * Takes a warrant's nonce and sequence, on the disk when it returns: from here on this warrant is known, whatever
 * happens, and can never be taken again.
 */
export function journalWarrant(db: DatabaseSync, docket: Docket, warrant: Warrant, clock: FloorClock): void {
  try {
    transaction(db, () => {
      checkNonce(db, warrant);
      checkSequence(db, warrant);
      db.prepare(
        `INSERT INTO warrants (id, nonce, sequence, envelope_sha256, runbook, received_at, expires, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'journalled')`,
      ).run(
        warrant.id,
        warrant.nonce,
        warrant.sequence,
        docket.envelope,
        JSON.stringify(warrant.runbook),
        docket.receivedAt,
        warrant.expires,
      );
      const { id, runbook } = warrant;
      appendAudit(db, docket.receivedAt, {
        kind: 'warrant',
        warrant: id,
        envelope: docket.envelope,
        runbook: runbook.id,
      });
      clock.remember();
    });
    docket.journalled = true;
  } catch (cause) {
    throw cause instanceof Refusal ? cause : journalFailed('the warrant', cause);
  }
}

/** What to throw where the disk did not take an entry: a refusal. Any other error as it is, which is a programmer's. */
export function journalFailed(what: string, cause: unknown): unknown {
  const problem = diskProblemOf(cause);
  return problem === undefined
    ? cause
    : new Refusal('journal-failed', `${what} could not be journalled (${problem}); ${remedies[problem]}`, {
        cause,
      });
}

/** Persists a run's state, and when its step has used up its time. */
export function journalState(db: DatabaseSync, warrant: string, state: RunState, stepEnds: number): void {
  db.prepare('UPDATE warrants SET state = ?, step_ends = ? WHERE id = ?').run(state, stepEnds, warrant);
}

/** Persists that a warrant is over. */
export function journalEnd(db: DatabaseSync, warrant: string, at: number): void {
  db.prepare("UPDATE warrants SET state = 'ended', ended_at = ? WHERE id = ?").run(at, warrant);
}

/** Warrants that were taken and have no end, in the order of their coming. */
export function openWarrants(db: DatabaseSync): OpenWarrant[] {
  return db
    .prepare(
      `SELECT id, envelope_sha256 AS envelope, runbook, received_at AS receivedAt, state, step_ends AS stepEnds
       FROM warrants WHERE state <> 'ended' ORDER BY sequence`,
    )
    .all()
    .map((row) => OpenWarrant.parse(row));
}

/** Ended warrants that stay, by the highest sequence numbers. */
export const WARRANTS_KEPT = 10_000;
/** Deleted in one commit. */
const PRUNED_AT_ONCE = 500;

/**
 * Deletes the oldest warrants that have ended. None of them can be taken again: the highest sequence number always stays, and
 * `checkSequence` refuses whatever is not above it. By number and not by time, which a clock could have wrong.
 */
export function pruneWarrants(db: DatabaseSync, kept: number = WARRANTS_KEPT): void {
  const prune = db.prepare(
    `DELETE FROM warrants WHERE id IN (
       SELECT id FROM warrants
       WHERE state = 'ended' AND sequence < (SELECT sequence FROM warrants ORDER BY sequence DESC LIMIT 1 OFFSET ?)
       ORDER BY sequence LIMIT ?)`,
  );
  for (let pruned = PRUNED_AT_ONCE; pruned === PRUNED_AT_ONCE; )
    pruned = transaction(db, () => Number(prune.run(Math.max(1, kept) - 1, PRUNED_AT_ONCE).changes));
}

function checkNonce(db: DatabaseSync, warrant: Warrant): void {
  const known = db
    .prepare('SELECT id FROM warrants WHERE nonce = ? OR id = ?')
    .get(warrant.nonce, warrant.id);
  if (known !== undefined)
    throw new Refusal('nonce-replayed', `warrant ${known.id} was taken before; sign a new one`);
}

function checkSequence(db: DatabaseSync, warrant: Warrant): void {
  const highest = Number(db.prepare('SELECT max(sequence) AS highest FROM warrants').get()?.highest ?? 0);
  if (warrant.sequence <= highest)
    throw new Refusal(
      'sequence-replayed',
      `sequence ${warrant.sequence} is not after ${highest}; sign a new warrant`,
    );
}
