import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from './agent-record.ts';
import type { Dice } from './dice.ts';
import type { Estate } from './estate.ts';
import { Faults } from './faults.ts';
import type { Program } from './program.ts';

/** How a moment to kill is found: in a program's start, while a run leaves its trace, or whenever. */
export type Moment = 'start' | 'run' | 'any';

export interface StormOptions {
  readonly estate: Estate;
  readonly dice: Dice;
  readonly kills: number;
  readonly progress: (done: number) => void;
}

/** What a storm did. */
export interface StormRecord {
  readonly kills: Record<Moment, { controller: number; agent: number }>;
  readonly faults: number;
  readonly ledger: Ledger;
}

/** How long a run is waited for before a kill comes anyway. Milliseconds. */
const runWaitMs = 4000;

/** Kills agents and controller, and starts them again, while faults go on. */
export async function storm({ estate, dice, kills, progress }: StormOptions): Promise<StormRecord> {
  const record: StormRecord & { faults: number } = {
    kills: {
      start: { controller: 0, agent: 0 },
      run: { controller: 0, agent: 0 },
      any: { controller: 0, agent: 0 },
    },
    faults: 0,
    ledger: new Ledger(),
  };
  const faults = new Faults(estate, dice.fork());
  faults.start();
  try {
    for (let done = 0; done < kills; done += 1) {
      const wanted: Moment = dice.chance(0.55) ? 'run' : dice.chance(0.45) ? 'start' : 'any';
      const { program, moment } = await momentFor(estate, dice, wanted);
      await estate.kill(program);
      const member = estate.members.find(({ agent }) => agent === program);
      if (member !== undefined) record.ledger.look(member.endpoint.name, member.endpoint.stateDir);
      record.kills[moment][member === undefined ? 'controller' : 'agent'] += 1;
      appendFileSync(join(estate.root, 'kills.log'), `${Date.now()} ${moment} ${program.name}\n`);
      estate.start();
      progress(done + 1);
    }
  } finally {
    record.faults = await faults.end();
  }
  return record;
}

async function momentFor(
  estate: Estate,
  dice: Dice,
  wanted: Moment,
): Promise<{ program: Program; moment: Moment }> {
  const target = (): Program => (dice.chance(0.3) ? estate.controller : dice.pick(estate.agents));
  switch (wanted) {
    case 'start': {
      const starting = estate.programs.filter((program) => program.running && program.up === undefined);
      if (starting.length === 0) return momentFor(estate, dice, 'any');
      await sleep(dice.between(0, 600));
      return { program: dice.pick(starting), moment: 'start' };
    }
    case 'run': {
      const subject = await nextTrace(estate);
      const runs = estate.members.find(({ endpoint }) => subject.includes(endpoint.name));
      if (runs === undefined) return { program: target(), moment: 'any' };
      await sleep(dice.between(0, 200));
      return { program: dice.chance(0.35) ? estate.controller : runs.agent, moment: 'run' };
    }
    case 'any':
      await sleep(dice.between(100, 900));
      return { program: target(), moment: 'any' };
  }
}

/** Waits until a run leaves a trace, and says of what; nothing where none does in time. */
async function nextTrace({ traceFile }: Estate): Promise<string> {
  const size = (): number => statSync(traceFile).size;
  const before = size();
  for (const end = performance.now() + runWaitMs; performance.now() < end; await sleep(3)) {
    if (size() === before) continue;
    return readFileSync(traceFile).subarray(before).toString('utf8');
  }
  return '';
}
