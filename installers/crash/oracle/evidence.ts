import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type AgentRecord, type Ledger, readAgentRecord } from '../agent-record.ts';
import type { Estate } from '../estate.ts';

export type Row = Record<string, unknown>;

/** One line that a test runbook left: a step that began, or was done. */
export interface Trace {
  readonly warrant: string;
  /** `fix`, `fix.done`, `verify` */
  readonly step: string;
}

/** All that is left when every program has been killed: two sets of files, and the traces of what really ran. */
export interface Evidence {
  readonly endpoints: readonly { name: string; id: string; record: AgentRecord; seen: Map<number, string> }[];
  readonly traces: readonly Trace[];
  /** Rows of the controller's database. */
  rows(sql: string): Row[];
}

/** Gathers the evidence. No program of the estate may run. The controller's database is closed by `close`. */
export function gather(estate: Estate, ledger: Ledger): Evidence & { close(): void } {
  const db = new DatabaseSync(estate.database);
  return {
    endpoints: estate.members.map(({ endpoint }) => ({
      name: endpoint.name,
      id: endpoint.id,
      record: readAgentRecord(endpoint.stateDir),
      seen: ledger.seen(endpoint.name),
    })),
    traces: readFileSync(estate.traceFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [warrant = '', step = ''] = (line.split(' ')[0] ?? '').split('/');
        return { warrant, step };
      }),
    rows: (sql) => db.prepare(sql).all(),
    close: () => db.close(),
  };
}
