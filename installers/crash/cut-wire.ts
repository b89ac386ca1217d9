import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from './agent-record.ts';
import { Dice } from './dice.ts';
import { Estate, until } from './estate.ts';
import { Faults } from './faults.ts';
import { consult, type Verdict } from './oracle/index.ts';
import { settle } from './settle.ts';

/** Cuts connections at random moments while faults go on; no program is killed. */
export async function cutWire({ cuts, seed }: { cuts: number; seed: number }): Promise<Verdict> {
  const estate = await Estate.install({ endpoints: 2, each: 6 });
  const dice = new Dice(seed);
  let keep = true;
  try {
    estate.start();
    await until('everything to be up', () => estate.programs.every(({ up }) => up !== undefined), 60_000);
    const faults = new Faults(estate, dice.fork());
    faults.start();
    for (let done = 0; done < cuts; done += 1) {
      await sleep(dice.between(300, 1200));
      await until('a connection to cut', () => estate.wire.connections > 0);
      estate.wire.cut(dice.between(0, estate.wire.connections - 1), dice.chance(0.5) ? 'reset' : 'half-open');
    }
    await faults.end();
    const findings = (await settle(estate)) ? [] : ['it did not come to rest'];
    await estate.killAll();
    findings.push(...estate.programs.flatMap(({ crashes }) => crashes));
    const verdict = await consult(estate, new Ledger());
    findings.push(...verdict.findings);
    keep = findings.length > 0;
    return { findings, figures: verdict.figures };
  } finally {
    await estate.end(keep);
  }
}
