import assert from 'node:assert/strict';
import { Bundle, Manifest, RunbookId, targetPathOf } from '@millwright/shared/runbook';

const step = { interpreter: 'sh', file: 'fix.sh', arguments: ['days'], timeoutSeconds: 1 };
const days = { type: 'integer', minimum: 1, maximum: 9, default: 5, description: 'age' };
const good = {
  schema: 1,
  id: 'linux/disk/clean',
  version: 1,
  title: 'Clean',
  summary: 'Cleans what is to be cleaned.',
  class: 'L1',
  technicians: 0,
  platforms: ['linux'],
  conditions: [],
  parameters: { days },
  steps: { fix: step },
  limits: { perHour: 1, perDay: 1, cooldownSeconds: 0, outputBytes: 256 },
  verifyWithinSeconds: 1,
  detaches: false,
};

describe('RunbookId', () => {
  it('is platform, category and name', () => {
    assert.equal(targetPathOf(RunbookId.parse('linux/disk/clean-temp_2')), 'linux/disk/clean-temp_2.json');
  });
  for (const id of [
    'linux/disk',
    'linux/disk/a/b',
    '../disk/a',
    'linux/../a',
    'linux//a',
    '/linux/disk/a',
    'linux/disk/A',
    'linux/disk/a.b',
    'linux/disk/a\n',
    'linux/disk/-a',
    '',
  ]) {
    it(`is not ${JSON.stringify(id)}`, () => {
      assert.equal(RunbookId.safeParse(id).success, false);
    });
  }
});

describe('Manifest', () => {
  it('takes one in which all is in order', () => {
    assert.equal(Manifest.safeParse(good).success, true);
  });

  const refused: [string, object][] = [
    ['L2 without a technician', { class: 'L2' }],
    ['L2 with three technicians', { class: 'L2', technicians: 3 }],
    ['L1 with a technician', { technicians: 1 }],
    ['L3', { class: 'L3' }],
    ['an argument that is not a parameter', { steps: { fix: { ...step, arguments: ['path'] } } }],
    ['a detail of something that is no fact', { steps: { fix: { ...step, arguments: ['days.command'] } } }],
    ['a parameter of free text', { parameters: { days, path: { type: 'string', description: 'any path' } } }],
    ['a default out of bounds', { parameters: { days: { ...days, default: 10 } } }],
    [
      'a default that is no choice',
      { parameters: { days, mode: { type: 'choice', choices: ['a'], default: 'b', description: 'how' } } },
    ],
    ['another interpreter', { steps: { fix: { ...step, interpreter: 'python' } } }],
    ['a file in another folder', { steps: { fix: { ...step, file: '../fix.sh' } } }],
    ['no time limit', { steps: { fix: { ...step, timeoutSeconds: 0 } } }],
    ['no fix', { steps: { check: step } }],
    ['a field that there is not', { sudo: true }],
    ['no platform', { platforms: [] }],
  ];
  for (const [what, change] of refused) {
    it(`refuses ${what}`, () => {
      assert.equal(Manifest.safeParse({ ...good, ...change }).success, false);
    });
  }
});

describe('Bundle', () => {
  it('holds the files of its steps', () => {
    assert.equal(Bundle.safeParse({ manifest: good, files: { 'fix.sh': 'true' } }).success, true);
    assert.equal(Bundle.safeParse({ manifest: good, files: { 'other.sh': 'true' } }).success, false);
  });

  it('holds scripts that fit into one argument', () => {
    assert.equal(
      Bundle.safeParse({ manifest: good, files: { 'fix.sh': 'x'.repeat(65_537) } }).success,
      false,
    );
  });
});
