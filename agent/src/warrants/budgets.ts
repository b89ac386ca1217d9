import type { DatabaseSync } from 'node:sqlite';
import type { BoundParameters, Manifest } from '@millwright/shared/runbook';
import { Refusal } from '@millwright/shared/trust';
import type { LocalPolicy } from '../config/index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The newest attempts stay however old they seem, as many as any limit counts: a clock set ahead for a while forgets none. */
const ATTEMPTS_KEPT = 10_000;

/** One run at a time on an endpoint. */
export function checkBusy(db: DatabaseSync): void {
  const running = db.prepare("SELECT id FROM warrants WHERE state NOT IN ('journalled', 'ended')").get();
  if (running !== undefined) throw new Refusal('busy', `the run of warrant ${running.id} has not ended`);
}

/**
 * What a run is about, for its cool-down: the facts among its parameters and nothing else. A fact is what this endpoint
 * sees itself, so that whoever orders cannot make a subject up, and a parameter that is free within bounds makes no other.
 */
export function runSubjectOf({ facts }: BoundParameters): string {
  const seen = Array.from(facts.values(), ({ kind, value }) => [kind, value]);
  return JSON.stringify(seen.toSorted((a, b) => (a.join() < b.join() ? -1 : 1)));
}

/**
 * A runbook cools down on each subject by itself: a second stopped service need not wait for the first. How often it runs
 * is bounded for all subjects together. `now` in milliseconds, from the clock that does not go back: a clock set back
 * refills nothing.
 */
export function checkCooldown(db: DatabaseSync, manifest: Manifest, subject: string, now: number): void {
  const last =
    db
      .prepare("SELECT max(at) AS at FROM attempts WHERE runbook = ? AND subject IN (?, '')")
      .get(manifest.id, subject)?.at ?? null;
  const waitMs = last === null ? 0 : Number(last) + manifest.limits.cooldownSeconds * 1000 - now;
  if (waitMs > 0)
    throw new Refusal(
      'cooling-down',
      `${manifest.id} ran here for the same lately; it may run again in ${Math.ceil(waitMs / 1000)} s`,
    );
}

/** The tighter of the runbook's signed limits and the endpoint's own. */
export function checkBudget(db: DatabaseSync, manifest: Manifest, local: LocalPolicy, now: number): void {
  const { id, limits } = manifest;
  const counts: readonly [string, number, number][] = [
    [`${id} in an hour`, attemptsSince(db, now - hourMs, id), Math.min(limits.perHour, local.perHour)],
    [`${id} in a day`, attemptsSince(db, now - dayMs, id), Math.min(limits.perDay, local.perDay)],
    ['all runbooks in an hour', attemptsSince(db, now - hourMs), local.allPerHour],
  ];
  for (const [what, count, limit] of counts) {
    if (count >= limit)
      throw new Refusal('budget-exceeded', `${count} runs of ${what}; at most ${limit} are allowed here`);
  }
}

export function checkQuarantine(db: DatabaseSync, manifest: Manifest, local: LocalPolicy): void {
  const row = db
    .prepare('SELECT failed_verifications AS failed FROM failures WHERE runbook = ?')
    .get(manifest.id);
  const failed = Number(row?.failed ?? 0);
  if (failed >= local.quarantineAfter)
    throw new Refusal(
      'quarantined',
      `${manifest.id} failed its verification ${failed} times here; an operator must lift the quarantine`,
    );
}

/** Counts a run against its budgets, before it starts. */
export function countAttempt(db: DatabaseSync, runbook: string, subject: string, now: number): void {
  db.prepare('INSERT INTO attempts (runbook, subject, at) VALUES (?, ?, ?)').run(runbook, subject, now);
  db.prepare('DELETE FROM attempts WHERE at < ? AND rowid <= (SELECT max(rowid) FROM attempts) - ?').run(
    now - 2 * dayMs,
    ATTEMPTS_KEPT,
  );
}

/** Runs that were counted while the clock was ahead count as run now: setting it right refills nothing. Answers how many. */
export function recountAttempts(db: DatabaseSync, now: number): number {
  return Number(db.prepare('UPDATE attempts SET at = ? WHERE at > ?').run(now, now).changes);
}

/** Failures in a row: a verification that holds ends the row. */
export function countVerification(db: DatabaseSync, runbook: string, held: boolean): void {
  if (held) liftQuarantine(db, runbook);
  else
    db.prepare(
      'INSERT INTO failures (runbook, failed_verifications) VALUES (?, 1) ON CONFLICT DO UPDATE SET failed_verifications = failed_verifications + 1',
    ).run(runbook);
}

/** An operator's act on the endpoint itself; the controller has no way to it. */
export function liftQuarantine(db: DatabaseSync, runbook: string): void {
  db.prepare('DELETE FROM failures WHERE runbook = ?').run(runbook);
}

function attemptsSince(db: DatabaseSync, since: number, runbook?: string): number {
  const row =
    runbook === undefined
      ? db.prepare('SELECT count(*) AS n FROM attempts WHERE at > ?').get(since)
      : db.prepare('SELECT count(*) AS n FROM attempts WHERE runbook = ? AND at > ?').get(runbook, since);
  return Number(row?.n ?? 0);
}
