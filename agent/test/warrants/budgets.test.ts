import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { type Fact, Manifest } from '@millwright/shared/runbook';
import { LocalPolicy } from '../../src/config/index.ts';
import { openState, transaction } from '../../src/state/index.ts';
import {
  checkBudget,
  checkCooldown,
  checkQuarantine,
  countAttempt,
  countVerification,
  liftQuarantine,
  runSubjectOf,
} from '../../src/warrants/budgets.ts';

const hour = 3_600_000;

function manifestWith(limits: Partial<Manifest['limits']>, id = 'linux/disk/clean'): Manifest {
  return Manifest.parse({
    schema: 1,
    id,
    version: 1,
    title: 'Clean',
    summary: 'Cleans what is to be cleaned.',
    class: 'L1',
    technicians: 0,
    platforms: ['linux'],
    conditions: [],
    parameters: {},
    steps: { fix: { interpreter: 'sh', file: 'fix.sh', arguments: [], timeoutSeconds: 1 } },
    limits: { perHour: 60, perDay: 200, cooldownSeconds: 0, outputBytes: 256, ...limits },
    verifyWithinSeconds: 1,
    detaches: false,
  });
}

describe('budgets', () => {
  let db: DatabaseSync;
  const now = 100 * hour;
  const subject = '[]';
  beforeEach(() => {
    db = openState(':memory:');
  });
  afterEach(() => db.close());

  const manifest = manifestWith({});
  const generous = { perHour: 1000, perDay: 1000, allPerHour: 1000 };
  const cases: {
    name: string;
    attempts: number[];
    limits?: Partial<Manifest['limits']>;
    local?: Partial<LocalPolicy>;
    over: boolean;
  }[] = [
    { name: 'none yet', attempts: [], limits: { perHour: 1 }, over: false },
    { name: 'one below the signed limit', attempts: [now - 1], limits: { perHour: 2 }, over: false },
    { name: 'the signed limit in an hour', attempts: [now - 2, now - 1], limits: { perHour: 2 }, over: true },
    {
      name: 'the limit, of which one is an hour old',
      attempts: [now - hour, now - 1],
      limits: { perHour: 2 },
      over: false,
    },
    {
      name: 'the signed limit in a day',
      attempts: [now - 23 * hour, now - 2 * hour],
      limits: { perDay: 2 },
      over: true,
    },
    {
      name: 'the limit in a day, of which one is a day old',
      attempts: [now - 24 * hour, now - hour],
      limits: { perDay: 2 },
      over: false,
    },
    { name: "the endpoint's limit in an hour", attempts: [now - 1], local: { perHour: 1 }, over: true },
    { name: "the endpoint's limit in a day", attempts: [now - 5 * hour], local: { perDay: 1 }, over: true },
    { name: "the endpoint's limit of none", attempts: [], local: { perHour: 0 }, over: true },
    {
      name: 'a wider limit of the endpoint',
      attempts: [now - 1],
      limits: { perHour: 1 },
      local: { perHour: 9 },
      over: true,
    },
    { name: 'runs that lie in the future', attempts: [now + hour], limits: { perHour: 1 }, over: true },
  ];
  for (const { name, attempts, limits = {}, local = {}, over } of cases) {
    it(`${over ? 'are exceeded' : 'hold'}: ${name}`, () => {
      for (const at of attempts)
        db.prepare('INSERT INTO attempts (runbook, at) VALUES (?, ?)').run(manifest.id, at);
      const check = (): void =>
        checkBudget(db, manifestWith(limits), LocalPolicy.parse({ ...generous, ...local }), now);
      if (over) assert.throws(check, { code: 'budget-exceeded' });
      else check();
    });
  }

  it('count each runbook by itself, and all together', () => {
    countAttempt(db, 'linux/disk/other', subject, now - 1);
    const local = LocalPolicy.parse({ ...generous, perHour: 1, allPerHour: 2 });
    checkBudget(db, manifest, local, now);
    countAttempt(db, manifest.id, subject, now - 1);
    assert.throws(() => checkBudget(db, manifestWith({}, 'linux/disk/third'), local, now), {
      code: 'budget-exceeded',
    });
  });

  it('forget no attempt of the last day', () => {
    countAttempt(db, manifest.id, subject, now - 23 * hour);
    countAttempt(db, manifest.id, subject, now);
    assert.throws(() => checkBudget(db, manifestWith({ perDay: 2 }), LocalPolicy.parse(generous), now), {
      code: 'budget-exceeded',
    });
  });

  it('forget none of the newest either while the clock is ahead', () => {
    countAttempt(db, manifest.id, subject, now);
    countAttempt(db, manifest.id, subject, now + 10_000 * hour);
    assert.throws(() => checkBudget(db, manifestWith({ perDay: 2 }), LocalPolicy.parse(generous), now), {
      code: 'budget-exceeded',
    });
  });

  it('are bounded on the disk', () => {
    transaction(db, () => {
      for (let run = 0; run < 10_010; run += 1) countAttempt(db, manifest.id, subject, run);
    });
    countAttempt(db, manifest.id, subject, now);
    assert.equal(db.prepare('SELECT count(*) AS n FROM attempts').get()?.n, 10_000);
  });

  describe('let a runbook cool down', () => {
    const cooling = manifestWith({ cooldownSeconds: 60 });
    const about = (...facts: Fact[]): string =>
      runSubjectOf({ values: {}, facts: new Map(facts.map((fact, index) => [`name${index}`, fact])) });
    const cron: Fact = { kind: 'stopped-service', value: 'cron.service', details: {} };
    const ssh: Fact = { kind: 'stopped-service', value: 'ssh.service', details: {} };
    const refused = { code: 'cooling-down' };

    it('for as long as it says', () => {
      countAttempt(db, manifest.id, subject, now);
      assert.throws(() => checkCooldown(db, cooling, subject, now + 59_999), refused);
      checkCooldown(db, cooling, subject, now + 60_000);
      checkCooldown(db, manifestWith({ cooldownSeconds: 60 }, 'linux/disk/other'), subject, now);
    });

    it('on each subject by itself', () => {
      countAttempt(db, manifest.id, about(cron), now);
      checkCooldown(db, cooling, about(ssh), now);
      assert.throws(() => checkCooldown(db, cooling, about(cron), now), refused);
    });

    it('on the same facts in whatever order and with whatever details', () => {
      countAttempt(db, manifest.id, about(cron, ssh), now);
      assert.throws(
        () => checkCooldown(db, cooling, about(ssh, { ...cron, details: { command: ['x'] } }), now),
        refused,
      );
    });

    it('on every subject after a run of before subjects were written down', () => {
      db.prepare('INSERT INTO attempts (runbook, at) VALUES (?, ?)').run(manifest.id, now);
      assert.throws(() => checkCooldown(db, cooling, about(cron), now), refused);
    });
  });

  it('quarantine a runbook after failures in a row, until an operator lifts it', () => {
    const local = LocalPolicy.parse({ quarantineAfter: 2 });
    const fail = (): void => countVerification(db, manifest.id, false);
    fail();
    countVerification(db, manifest.id, true);
    fail();
    checkQuarantine(db, manifest, local);
    fail();
    assert.throws(() => checkQuarantine(db, manifest, local), { code: 'quarantined' });
    liftQuarantine(db, manifest.id);
    checkQuarantine(db, manifest, local);
  });
});
