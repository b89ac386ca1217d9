import { DatabaseSync } from 'node:sqlite';
import { Dice } from './dice.ts';
import { Estate, until } from './estate.ts';
import { consult, type Figures } from './oracle/index.ts';
import { settle } from './settle.ts';
import { type StormRecord, storm } from './storm.ts';

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  readonly endpoints: number;
  /** Daemons, and folders, on each endpoint. */
  readonly each: number;
  readonly progress: (done: number) => void;
}

export interface CrashResult {
  /** Broken promises, each in a line. */
  readonly findings: readonly string[];
  readonly figures: Figures;
  readonly record: StormRecord;
  /** Where everything is kept, where something was found. */
  readonly kept: string | undefined;
}

/** An installation under faults, killed so many times, and what the oracle makes of what is left. */
export async function crash({ kills, seed, endpoints, each, progress }: CrashOptions): Promise<CrashResult> {
  const estate = await Estate.install({ endpoints, each });
  let keep = true;
  try {
    estate.start();
    await until('everything to be up', () => estate.programs.every(({ up }) => up !== undefined), 60_000);
    const record = await storm({ estate, dice: new Dice(seed), kills, progress });
    const findings = (await settle(estate)) ? [] : ['it did not come to rest'];
    findings.push(...(await absence(estate)));
    await estate.killAll();
    findings.push(...estate.programs.flatMap(({ crashes }) => crashes));
    const verdict = await consult(estate, record.ledger);
    findings.push(...verdict.findings);
    keep = findings.length > 0;
    return { findings, figures: verdict.figures, record, kept: keep ? estate.root : undefined };
  } finally {
    await estate.end(keep);
  }
}

/** Who is killed is seen to be gone: an endpoint that is held for connected is never told as offline. */
async function absence(estate: Estate): Promise<string[]> {
  const db = new DatabaseSync(estate.database, { readOnly: true, timeout: 2000 });
  const connected = (): number =>
    Number(db.prepare('SELECT count(*) AS n FROM endpoints WHERE connected = 1').get()?.n);
  try {
    const found: string[] = [];
    if (connected() !== estate.members.length)
      found.push(`${connected()} of ${estate.members.length} connected endpoints are known to be connected`);
    for (const agent of estate.agents) await agent.kill();
    await until('the controller to see that all agents are gone', () => connected() === 0, 10_000).catch(
      (error: unknown) => found.push(String(error)),
    );
    return found;
  } finally {
    db.close();
  }
}
