import type { Ledger } from '../agent-record.ts';
import type { Estate } from '../estate.ts';
import { judgeEvents } from './events.ts';
import { type Evidence, gather, type Row } from './evidence.ts';
import { judgeIntegrity } from './integrity.ts';
import { judgeRuns } from './runs.ts';
import { judgeTickets } from './tickets.ts';

/** What there was to judge, in figures. */
export interface Figures {
  readonly events: number;
  readonly alerts: number;
  readonly tickets: Readonly<Record<string, number>>;
  /** Runs by how they ended. */
  readonly runs: Readonly<Record<string, number>>;
  readonly executions: number;
}

export interface Verdict {
  /** Broken promises, each in a line; none where all were kept. */
  readonly findings: readonly string[];
  readonly figures: Figures;
}

/** Judges an estate whose programs have all been killed, by its files alone. */
export async function consult(estate: Estate, ledger: Ledger): Promise<Verdict> {
  const evidence = gather(estate, ledger);
  try {
    const findings = [
      ...ledger.findings,
      ...judgeEvents(evidence),
      ...judgeRuns(evidence),
      ...judgeTickets(evidence),
      ...(await judgeIntegrity(estate, evidence)),
    ];
    return { findings, figures: figuresOf(evidence) };
  } finally {
    evidence.close();
  }
}

function figuresOf({ rows, traces }: Evidence): Figures {
  const count = (table: string): number => Number(rows(`SELECT count(*) AS n FROM ${table}`)[0]?.n);
  const grouped = (groups: readonly Row[]): Record<string, number> =>
    Object.fromEntries(groups.map(({ name, n }) => [String(name), Number(n)]));
  return {
    events: count('events'),
    alerts: count('alerts'),
    tickets: grouped(rows('SELECT state AS name, count(*) AS n FROM tickets GROUP BY 1 ORDER BY 1')),
    runs: grouped(
      rows(
        "SELECT coalesce(trim(result ->> 'outcome' || ' ' || coalesce(result ->> 'code', '')), state) AS name, count(*) AS n FROM runs GROUP BY 1 ORDER BY 1",
      ),
    ),
    executions: traces.filter(({ step }) => step === 'fix').length,
  };
}
