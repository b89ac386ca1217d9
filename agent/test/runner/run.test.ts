import assert from 'node:assert/strict';
import { Bundle, type Step } from '@millwright/shared/runbook';
import type { StepReport } from '@millwright/shared/trust';
import { carryOut, type StepRunner } from '../../src/runner/index.ts';

type Ending = Pick<StepReport, 'ended' | 'exitCode'>;
const exit = (exitCode: number): Ending => ({ ended: 'exited', exitCode });
const timedOut: Ending = { ended: 'timed-out', exitCode: null };

const step = (name: string): Step => ({
  interpreter: 'sh',
  file: `${name}.sh`,
  arguments: [],
  timeoutSeconds: 1,
});

function bundleWith(names: readonly string[]): Bundle {
  return Bundle.parse({
    manifest: {
      schema: 1,
      id: 'linux/disk/clean',
      version: 1,
      title: 'Clean',
      summary: 'Cleans what is to be cleaned.',
      class: 'L1',
      technicians: 0,
      platforms: ['linux'],
      conditions: [],
      parameters: {},
      steps: Object.fromEntries(names.map((name) => [name, step(name)])),
      limits: { perHour: 1, perDay: 1, cooldownSeconds: 0, outputBytes: 256 },
      verifyWithinSeconds: 1,
      detaches: false,
    },
    files: Object.fromEntries(names.map((name) => [`${name}.sh`, name])),
  });
}

/** Ends each step as told, and notes what happened in which order. */
async function play(endings: Partial<Record<StepReport['step'], Ending>>) {
  const log: string[] = [];
  const runner: StepRunner = {
    run: async (order) => {
      log.push(order.script);
      const ending = endings[order.step] ?? exit(99);
      return { step: order.step, ...ending, ms: 0, output: '', truncated: false };
    },
    endLeftovers: () => true,
  };
  const bundle = bundleWith(Object.keys(endings));
  const enter = (state: string): void => {
    log.push(state);
  };
  const { result, steps } = await carryOut({
    warrant: 'w',
    bundle,
    parameters: { values: {}, facts: new Map() },
    runner,
    enter,
  });
  return { result, log: log.join(' '), steps: steps.map((report) => report.step) };
}

describe('carryOut', () => {
  const cases: { name: string; endings: Parameters<typeof play>[0]; result: object; log: string }[] = [
    { name: 'a fix alone', endings: { fix: exit(0) }, result: { outcome: 'fixed' }, log: 'fixing fix' },
    {
      name: 'check, fix and verification',
      endings: { check: exit(0), fix: exit(0), verify: exit(0), rollback: exit(0) },
      result: { outcome: 'fixed' },
      log: 'checking check fixing fix verifying verify',
    },
    {
      name: 'nothing to do',
      endings: { check: exit(10), fix: exit(0) },
      result: { outcome: 'not-needed' },
      log: 'checking check',
    },
    {
      name: 'a check that says no',
      endings: { check: exit(1), fix: exit(0) },
      result: {
        outcome: 'refused',
        code: 'precheck-failed',
        reason: 'the precheck ended with code 1: this runbook must not run here now',
      },
      log: 'checking check',
    },
    {
      name: 'a check that does not end',
      endings: { check: timedOut, fix: exit(0) },
      result: {
        outcome: 'refused',
        code: 'precheck-failed',
        reason: 'the precheck was timed-out: this runbook must not run here now',
      },
      log: 'checking check',
    },
    {
      name: 'a fix that fails',
      endings: { fix: exit(10), verify: exit(0) },
      result: { outcome: 'failed', failedStep: 'fix', rolledBack: false },
      log: 'fixing fix',
    },
    {
      name: 'a fix that fails and is rolled back',
      endings: { fix: timedOut, rollback: exit(0) },
      result: { outcome: 'failed', failedStep: 'fix', rolledBack: true },
      log: 'fixing fix rolling-back rollback',
    },
    {
      name: 'a fix that does not hold, and whose rollback fails',
      endings: { fix: exit(0), verify: exit(1), rollback: exit(1) },
      result: { outcome: 'failed', failedStep: 'verify', rolledBack: false },
      log: 'fixing fix verifying verify rolling-back rollback',
    },
  ];
  for (const { name, endings, result, log } of cases) {
    it(name, async () => {
      const played = await play(endings);
      assert.deepEqual({ result: played.result, log: played.log }, { result, log });
      assert.deepEqual(
        played.steps,
        log.split(' ').filter((word) => word in endings),
      );
    });
  }

  it('has no effect where a state could not be persisted', async () => {
    const ran: string[] = [];
    const runner: StepRunner = {
      run: async (order) => {
        ran.push(order.step);
        return { step: order.step, ...exit(0), ms: 0, output: '', truncated: false };
      },
      endLeftovers: () => true,
    };
    const enter = (state: string): void => {
      if (state === 'fixing') throw new Error('disk full');
    };
    const run = {
      warrant: 'w',
      bundle: bundleWith(['check', 'fix']),
      parameters: { values: {}, facts: new Map() },
      runner,
      enter,
    };
    await assert.rejects(carryOut(run), /disk full/);
    assert.deepEqual(ran, ['check']);
  });
});
