import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Estate } from './estate.ts';

/** How long everything may take to come to rest. Milliseconds. */
const restMs = 60_000;
/** How long it must then stay at rest. Milliseconds. */
const stillMs = 1500;

/**
 * Repairs by hand what is broken, and waits until nothing moves any more. @returns false where it does not come to rest: what
 * still moves is the oracle's to name.
 */
export async function settle(estate: Estate): Promise<boolean> {
  estate.start();
  let quietSince: number | undefined;
  for (const end = performance.now() + restMs; performance.now() < end; await sleep(250)) {
    const broken = estate.broken();
    // What the product is still about to repair is left to it for the first half of the time.
    if (end - performance.now() < restMs - 8000) for (const subject of broken) subject.repair();
    if (broken.length > 0 || estate.programs.some(({ up }) => up === undefined) || moving(estate)) {
      quietSince = undefined;
      continue;
    }
    quietSince ??= performance.now();
    if (performance.now() - quietSince >= stillMs) return true;
  }
  return false;
}

/** Whether anything is still to be sent, decided, run or verified. Reads the files of programs that run, and writes nothing. */
function moving(estate: Estate): boolean {
  const unfinished = count(
    estate.database,
    `SELECT (SELECT count(*) FROM remediations WHERE state IN ('deciding', 'authorised', 'dispatched', 'running', 'verifying'))
          + (SELECT count(*) FROM alerts WHERE state <> 'resolved' AND condition <> 'service-flapping' AND NOT EXISTS
              -- What flaps is held for one fault until it has been steady for an hour.
              (SELECT 1 FROM alerts AS flapping WHERE flapping.condition = 'service-flapping' AND flapping.state <> 'resolved'
               AND flapping.endpoint = alerts.endpoint AND flapping.subject = alerts.subject))
          + (SELECT count(*) FROM runs WHERE state NOT IN ('ended', 'lost')) AS n`,
  );
  const waiting = estate.members.map(({ endpoint }) =>
    count(`${endpoint.stateDir}/state.db`, 'SELECT count(*) AS n FROM outbox'),
  );
  return unfinished > 0 || waiting.some((events) => events > 0);
}

function count(file: string, sql: string): number {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  try {
    return Number(db.prepare(sql).get()?.n);
  } finally {
    db.close();
  }
}
