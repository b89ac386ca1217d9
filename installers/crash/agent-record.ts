import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What an agent's own state says. */
export interface AgentRecord {
  readonly stream: string;
  /** The sequence number of the last event ever made. */
  readonly made: number;
  /** Events not acknowledged, by sequence number. */
  readonly waiting: ReadonlyMap<number, string>;
  readonly warrants: readonly { id: string; state: string; runbook: string }[];
  /** The audit log's entries, oldest first. */
  readonly audit: readonly Record<string, unknown>[];
  /** Keys of the conditions that stand raised. */
  readonly raised: readonly string[];
  readonly integrity: string;
}

/** Reads the state of an agent that does not run, from a copy: whoever opens the real one first must be the agent itself. */
export function readAgentRecord(stateDir: string): AgentRecord {
  const copy = mkdtempSync(join(tmpdir(), 'millwright-record-'));
  try {
    for (const name of ['state.db', 'state.db-journal'])
      if (existsSync(join(stateDir, name))) copyFileSync(join(stateDir, name), join(copy, name));
    const db = new DatabaseSync(join(copy, 'state.db'));
    try {
      return recordOf(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function recordOf(db: DatabaseSync): AgentRecord {
  const one = (sql: string): unknown => Object.values(db.prepare(sql).get() ?? {})[0];
  const all = (sql: string): Record<string, unknown>[] => db.prepare(sql).all();
  return {
    integrity: String(one('PRAGMA integrity_check')),
    stream: String(one("SELECT value FROM meta WHERE key = 'stream'")),
    made: Number(one("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'") ?? 0),
    waiting: new Map(all('SELECT seq, body FROM outbox').map(({ seq, body }) => [Number(seq), String(body)])),
    warrants: all("SELECT id, state, runbook ->> 'id' AS runbook FROM warrants").map((row) => ({
      id: String(row.id),
      state: String(row.state),
      runbook: String(row.runbook),
    })),
    audit: all('SELECT entry FROM audit ORDER BY seq').map(({ entry }) => JSON.parse(String(entry))),
    raised: all("SELECT key FROM standings WHERE standing ->> 'raised' = 1").map(({ key }) => String(key)),
  };
}

/** Every event that was ever seen waiting on an endpoint: what the oracle knows without asking the product. */
export class Ledger {
  readonly #seen = new Map<string, Map<number, string>>();
  readonly findings: string[] = [];

  /** Looks into the state of an agent that has just been killed. */
  look(endpoint: string, stateDir: string): void {
    if (!existsSync(join(stateDir, 'state.db'))) return;
    const record = readAgentRecord(stateDir);
    if (record.integrity !== 'ok')
      this.findings.push(`${endpoint}: state.db is damaged: ${record.integrity}`);
    const seen = this.seen(endpoint);
    for (const [seq, body] of record.waiting) {
      const before = seen.get(seq);
      if (before !== undefined && before !== body)
        this.findings.push(`${endpoint}: event ${seq} is not what it was`);
      seen.set(seq, body);
    }
  }

  seen(endpoint: string): Map<number, string> {
    const known = this.#seen.get(endpoint) ?? new Map<number, string>();
    this.#seen.set(endpoint, known);
    return known;
  }
}
