import assert from 'node:assert/strict';
import {
  argumentsOf,
  bindParameters,
  type Fact,
  Manifest,
  type Parameters,
} from '@millwright/shared/runbook';
import fc from 'fast-check';

const manifest = Manifest.parse({
  schema: 1,
  id: 'posix/process/start',
  version: 1,
  title: 'Start a process',
  summary: 'Starts a declared process.',
  class: 'L1',
  technicians: 0,
  platforms: ['linux'],
  conditions: ['process-stopped'],
  parameters: {
    process: { type: 'fact', fact: 'stopped-process', description: 'the process' },
    wait: { type: 'integer', minimum: 1, maximum: 60, default: 5, description: 'seconds' },
    mode: { type: 'choice', choices: ['soft', 'hard'], default: 'soft', description: 'how' },
  },
  steps: {
    fix: {
      interpreter: 'sh',
      file: 'fix.sh',
      arguments: ['process', 'wait', 'process.command'],
      timeoutSeconds: 1,
    },
  },
  limits: { perHour: 1, perDay: 1, cooldownSeconds: 0, outputBytes: 256 },
  verifyWithinSeconds: 1,
  detaches: true,
});
const worker: Fact = {
  kind: 'stopped-process',
  value: 'worker',
  details: { command: ['/usr/bin/worker', '--flag', 'a b'] },
};
const facts: readonly Fact[] = [worker, { kind: 'stopped-service', value: 'nginx', details: {} }];

describe('bindParameters', () => {
  it('fills in defaults and remembers the facts', () => {
    const bound = bindParameters(manifest, { process: 'worker' }, facts);
    assert.ok(!('code' in bound));
    assert.deepEqual(bound.values, { process: 'worker', wait: 5, mode: 'soft' });
    assert.deepEqual(argumentsOf(manifest.steps.fix.arguments, bound), [
      'worker',
      '5',
      '/usr/bin/worker',
      '--flag',
      'a b',
    ]);
  });

  const refused: [string, Parameters, string][] = [
    ['a fact that is left out', {}, 'parameters-invalid'],
    ['a fact that is a number', { process: 1 }, 'parameters-invalid'],
    ['a process that does not stand still', { process: 'other' }, 'parameter-not-observed'],
    ['a fact of another kind', { process: 'nginx' }, 'parameter-not-observed'],
    ['an integer below its bounds', { process: 'worker', wait: 0 }, 'parameters-invalid'],
    ['an integer above its bounds', { process: 'worker', wait: 61 }, 'parameters-invalid'],
    ['an integer that is text', { process: 'worker', wait: '5' }, 'parameters-invalid'],
    ['something that is not a choice', { process: 'worker', mode: 'harder' }, 'parameters-invalid'],
    ['a parameter that there is not', { process: 'worker', command: 'id' }, 'parameters-invalid'],
    ['a parameter that every object has', { process: 'worker', toString: 'x' }, 'parameters-invalid'],
  ];
  for (const [what, given, code] of refused) {
    it(`refuses ${what}`, () => {
      const bound = bindParameters(manifest, given, facts);
      assert.equal('code' in bound ? bound.code : undefined, code);
    });
  }

  it('binds nothing but what the schema allows, whatever is given', () => {
    const anything = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()));
    const nearly = fc.record(
      {
        process: fc.constantFrom('worker', 'nginx', ''),
        wait: fc.integer({ min: -5, max: 70 }),
        mode: fc.constantFrom('soft', 'hard', 'x'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (given) => {
        const bound = bindParameters(manifest, given, facts);
        if ('code' in bound) return;
        assert.deepEqual(Object.keys(bound.values).sort(), ['mode', 'process', 'wait']);
        assert.equal(bound.values.process, 'worker');
        assert.ok(Number(bound.values.wait) >= 1 && Number(bound.values.wait) <= 60);
        assert.ok(['soft', 'hard'].includes(String(bound.values.mode)));
      }),
    );
  });
});
