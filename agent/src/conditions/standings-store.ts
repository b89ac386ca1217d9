import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isCalm, Standing } from '@millwright/shared/conditions';

/** What is remembered of conditions, in the agent's state. */
export class StandingsStore {
  private readonly put: StatementSync;
  private readonly drop: StatementSync;
  private readonly db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.db = db;
    this.put = db.prepare(
      'INSERT INTO standings (key, standing) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET standing = excluded.standing',
    );
    this.drop = db.prepare('DELETE FROM standings WHERE key = ?');
  }

  /**
   * All that is remembered. A row that cannot be read is left out, as if its condition had never been raised: a fault that still
   * stands is then told again, which is better than one that is never told.
   */
  load(): { standings: [string, Standing][]; unreadable: string[] } {
    const standings: [string, Standing][] = [];
    const unreadable: string[] = [];
    for (const row of this.db.prepare('SELECT key, standing FROM standings').all()) {
      const key = String(row.key);
      const standing = parse(String(row.standing));
      if (standing === undefined) unreadable.push(key);
      else standings.push([key, standing]);
    }
    return { standings, unreadable };
  }

  /** Writes one standing; one with nothing to remember is deleted. A hold time in progress is not kept over a restart. */
  save(key: string, standing: Standing): void {
    const kept = { ...standing, turning: null };
    if (isCalm(kept)) this.drop.run(key);
    else this.put.run(key, JSON.stringify(kept));
  }
}

function parse(text: string): Standing | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Standing.safeParse(value).data;
}
