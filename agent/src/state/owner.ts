import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './database.ts';

/** What was between this endpoint and one controller, under one key. What the machine itself did (audit, attempts, failures) stays. */
const betweenTheTwo: readonly string[] = ['outbox', 'standings', 'warrants', 'catalogue'];

/**
 * Notes whose state this is. An endpoint that was enrolled anew has another key, and perhaps another controller with another
 * catalogue: events, standings, taken warrants (each names the key it was for) and trusted metadata of the former begin anew,
 * or the new controller would never be believed and standing faults never told to it.
 * @returns whether the state was another enrolment's
 */
export function noteOwner(db: DatabaseSync, thumbprint: string): boolean {
  return transaction(db, () => {
    const known = db.prepare("SELECT value FROM meta WHERE key = 'thumbprint'").get()?.value;
    if (known === thumbprint) return false;
    db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('thumbprint', ?)").run(thumbprint);
    if (known === undefined) return false;
    for (const table of betweenTheTwo) db.exec(`DELETE FROM ${table}`);
    db.exec("DELETE FROM meta WHERE key IN ('stream', 'catalogue-root-version')");
    return true;
  });
}
