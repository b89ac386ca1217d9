import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmallDisk } from '../../agent/test/state/small-disk.ts';
import { Ledger } from './agent-record.ts';
import { Dice } from './dice.ts';
import { Estate, type EstateOptions, until } from './estate.ts';
import { Faults } from './faults.ts';
import { consult, type Verdict } from './oracle/index.ts';
import { settle } from './settle.ts';

export interface FullDiskOptions {
  /** Whose disk: the agent's state, or the controller's data. */
  readonly whose: 'agent' | 'controller';
  readonly rounds: number;
  readonly seed: number;
}

export interface FullDiskResult extends Verdict {
  /** What the program said while its disk was full. */
  readonly said: string;
}

/** Fills the disk below a program while faults go on, and frees it again. */
export async function fullDisk({ whose, rounds, seed }: FullDiskOptions): Promise<FullDiskResult> {
  const disk = new SmallDisk(16);
  const where: Partial<EstateOptions> = whose === 'agent' ? { stateDir: disk.path } : { dataDir: disk.path };
  const estate = await Estate.install({ endpoints: 1, each: 5, ...where });
  const program = whose === 'agent' ? (estate.agents[0] ?? estate.controller) : estate.controller;
  const log = join(estate.root, `${program.name}.log`);
  const dice = new Dice(seed);
  let keep = true;
  try {
    estate.start();
    await until('everything to be up', () => estate.programs.every(({ up }) => up !== undefined), 60_000);
    const before = readFileSync(log, 'utf8').length;
    const faults = new Faults(estate, dice.fork());
    faults.start();
    for (let round = 0; round < rounds; round += 1) {
      await sleep(dice.between(500, 1500));
      disk.fill();
      await until(
        `the ${whose} to say that its disk is full`,
        () => / full|ENOSPC|no space/i.test(readFileSync(log, 'utf8').slice(before)),
        60_000,
      );
      await sleep(dice.between(500, 1500));
      disk.free();
    }
    await faults.end();
    const findings = (await settle(estate)) ? [] : ['it did not come to rest'];
    await estate.killAll();
    findings.push(...estate.programs.flatMap(({ crashes }) => crashes));
    const verdict = await consult(estate, new Ledger());
    findings.push(...verdict.findings);
    keep = findings.length > 0;
    return { findings, figures: verdict.figures, said: readFileSync(log, 'utf8').slice(before) };
  } finally {
    await estate.end(keep);
    if (!keep) disk.remove();
  }
}
