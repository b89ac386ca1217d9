import assert from 'node:assert/strict';
import { conditions, conditionTitle, rebind, rulesUnder, type Verdict } from '../../src/conditions/index.ts';
import type { Reading } from '../../src/readings/index.ts';
import { GiB } from '../../src/units/index.ts';
import { filesystem, folder, probe, processReading, service } from './sample-readings.ts';

type Case = readonly [condition: string, what: string, reading: Reading, verdict: Verdict];

const free = (gibibytes: number): Reading => filesystem({ freeBytes: gibibytes * GiB });

const cases: readonly Case[] = [
  ['disk-filling', 'at 90% and under 20 GiB', free(10), 'raise'],
  ['disk-filling', 'just under 90%', free(10.1), 'between'],
  ['disk-filling', 'at 85%', free(15), 'between'],
  ['disk-filling', 'under 85%', free(15.1), 'clear'],
  [
    'disk-filling',
    '90% of a large disk',
    filesystem({ totalBytes: 1000 * GiB, freeBytes: 50 * GiB }),
    'clear',
  ],
  ['disk-filling', 'full, but read-only', filesystem({ freeBytes: 0, readOnly: true }), 'clear'],
  ['disk-filling', 'without a size', filesystem({ totalBytes: 0, freeBytes: 0 }), 'clear'],
  ['disk-critical', 'at 95% and under 5 GiB', free(4.9), 'raise'],
  ['disk-critical', 'at 95% with 5 GiB left', free(5), 'clear'],
  [
    'disk-critical',
    'between 90% and 95% of a small disk',
    filesystem({ totalBytes: 10 * GiB, freeBytes: 0.7 * GiB }),
    'between',
  ],
  ['disk-critical', 'under 90%', filesystem({ totalBytes: 10 * GiB, freeBytes: 1.1 * GiB }), 'clear'],
  ['inodes-low', 'under 10% free', filesystem({ inodesFree: 99 }), 'raise'],
  ['inodes-low', 'at 10% free', filesystem({ inodesFree: 100 }), 'between'],
  ['inodes-low', 'at 20% free', filesystem({ inodesFree: 200 }), 'clear'],
  ['inodes-low', 'a filesystem without inodes', filesystem({ inodesTotal: 0, inodesFree: 0 }), 'clear'],
  ['inodes-low', 'read-only', filesystem({ inodesFree: 0, readOnly: true }), 'clear'],
  ['filesystem-read-only', 'turned read-only', filesystem({ readOnly: true }), 'raise'],
  ['filesystem-read-only', 'mounted so', filesystem({ readOnly: true, readOnlyByChoice: true }), 'between'],
  ['filesystem-read-only', 'a CD', filesystem({ readOnly: true, type: 'iso9660' }), 'clear'],
  ['filesystem-read-only', 'writable', filesystem(), 'clear'],
  ['folder-over-limit', 'over', folder({ bytes: 101 }), 'raise'],
  ['folder-over-limit', 'at the limit', folder({ bytes: 100 }), 'between'],
  ['folder-over-limit', 'under 85% of it', folder({ bytes: 84 }), 'clear'],
  ['service-stopped', 'stopped and wanted', service({ state: 'stopped' }), 'raise'],
  ['service-stopped', 'failed and wanted', service({ state: 'failed' }), 'raise'],
  ['service-stopped', 'on its way', service({ state: 'transition' }), 'between'],
  ['service-stopped', 'running', service(), 'clear'],
  ['service-stopped', 'stopped and not wanted', service({ state: 'stopped', wanted: false }), 'clear'],
  ['process-stopped', 'stopped', processReading({ state: 'stopped', pid: null }), 'raise'],
  ['process-stopped', 'running', processReading(), 'clear'],
  ['probe-failing', 'failing', probe({ ok: false }), 'raise'],
  ['probe-failing', 'well', probe(), 'clear'],
];

describe('condition definitions', () => {
  const rules = rulesUnder({});
  for (const [condition, what, reading, verdict] of cases) {
    it(`${condition}: ${what} is ${verdict}`, () => {
      const rule = rules.find(({ id }) => id === condition);
      assert.equal(rule?.judge(reading), verdict);
    });
  }

  it('each has a case for both ways in the table, and speaks in figures', () => {
    for (const { id } of conditions) {
      const own = cases.filter(([condition]) => condition === id);
      for (const verdict of ['raise', 'clear'])
        assert.ok(
          own.some((entry) => entry[3] === verdict),
          `${id} ${verdict}`,
        );
    }
    const filling = rules.find(({ id }) => id === 'disk-filling');
    assert.equal(filling?.describe(free(10)), '/var is 90% full: 10.0 GiB left of 100 GiB');
  });

  it('judges no reading of another kind', () => {
    for (const rule of rules)
      assert.equal(rule.judge(rule.kind === 'process' ? probe() : processReading()), undefined);
  });
});

describe('rules under a policy', () => {
  const threshold = (usedPercent: number): Parameters<typeof rebind>[0] => ({
    'disk-filling': { thresholds: { usedPercent } },
  });
  const verdict = (rules: ReturnType<typeof rulesUnder>, reading: Reading): Verdict | undefined =>
    rules.find(({ id }) => id === 'disk-filling')?.judge(reading);

  it('takes thresholds and hold times', () => {
    const { rules, problems } = rebind(
      { 'disk-filling': { raiseAfterSeconds: 7, thresholds: { usedPercent: 80, freeGiB: 1000 } } },
      [],
    );
    assert.deepEqual(problems, []);
    assert.equal(rules.find(({ id }) => id === 'disk-filling')?.raiseAfterMs(free(20)), 7000);
    assert.equal(verdict(rules, free(20)), 'raise');
  });

  it('leaves out what is switched off', () => {
    const { rules } = rebind({ 'probe-failing': { enabled: false } }, []);
    assert.equal(rules.length, conditions.length - 1);
    assert.ok(!rules.some(({ id }) => id === 'probe-failing'));
  });

  it('keeps the rule in force where an override is not valid, applies the others, and says so', () => {
    const { rules: before } = rebind(threshold(50), []);
    const { rules, problems } = rebind(
      { ...threshold(5000), 'probe-failing': { raiseAfterSeconds: 1 } },
      before,
    );
    assert.equal(
      rules.find(({ id }) => id === 'disk-filling'),
      before.find(({ id }) => id === 'disk-filling'),
    );
    assert.equal(rules.find(({ id }) => id === 'probe-failing')?.raiseAfterMs(probe()), 1000);
    assert.deepEqual(
      problems.map(({ condition }) => condition),
      ['disk-filling'],
    );
    assert.match(problems[0]?.message ?? '', /usedPercent/);
  });

  it('names a condition that does not exist', () => {
    const { problems } = rebind({ 'disk-fillling': {}, 'agent-offline': {}, 'service-flapping': {} }, []);
    assert.deepEqual(
      problems.map(({ condition }) => condition),
      ['disk-fillling'],
    );
  });

  it('knows titles, and keeps the id of a condition from another version', () => {
    assert.equal(conditionTitle('disk-critical').title, 'Disk nearly full');
    assert.equal(conditionTitle('moon-phase').title, 'moon-phase');
  });
});
