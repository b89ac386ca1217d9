import { argumentsOf, type BoundParameters, type Bundle, type Step } from '@millwright/shared/runbook';
import type { Outcome, StepReport } from '@millwright/shared/trust';
import { markerOf, type StepRunner } from './step-runner.ts';

/** What a run passes through, in the words of its progress. */
export type RunState = 'checking' | 'fixing' | 'verifying' | 'rolling-back';

const stateOf = {
  check: 'checking',
  fix: 'fixing',
  verify: 'verifying',
  rollback: 'rolling-back',
} as const satisfies Record<StepReport['step'], RunState>;

/** A check's exit code that says there is nothing to do. */
const NOT_NEEDED = 10;

export interface Run {
  readonly warrant: string;
  readonly bundle: Bundle;
  readonly parameters: BoundParameters;
  readonly runner: StepRunner;
  /** Persists and tells a state. Called before the state's effect; when it throws, there is no effect. */
  readonly enter: (state: RunState) => void;
}

/** The state that a runbook's run begins in. */
export function firstStateOf(bundle: Bundle): RunState {
  return bundle.manifest.steps.check === undefined ? 'fixing' : 'checking';
}

/** The step that a state is about, by the state's name. */
export function stepOfState(state: string): StepReport['step'] | undefined {
  const steps: readonly StepReport['step'][] = ['check', 'fix', 'verify', 'rollback'];
  return steps.find((step) => stateOf[step] === state);
}

/** Carries a runbook out: check, fix, verify, and rollback where one of the two failed. */
export async function carryOut(run: Run): Promise<{ result: Outcome; steps: StepReport[] }> {
  const { check, fix, verify, rollback } = run.bundle.manifest.steps;
  const steps: StepReport[] = [];
  const execute = async (name: StepReport['step'], step: Step): Promise<StepReport> => {
    run.enter(stateOf[name]);
    const report = await run.runner.run(stepOrder(run, name, step));
    steps.push(report);
    return report;
  };

  if (check !== undefined) {
    const checked = await execute('check', check);
    if (checked.exitCode === NOT_NEEDED) return { result: { outcome: 'not-needed' }, steps };
    if (!succeeded(checked)) {
      const reason = `the precheck ${endOf(checked)}: this runbook must not run here now`;
      return { result: { outcome: 'refused', code: 'precheck-failed', reason }, steps };
    }
  }
  let failedStep: 'fix' | 'verify' = 'fix';
  if (succeeded(await execute('fix', fix))) {
    if (verify === undefined || succeeded(await execute('verify', verify)))
      return { result: { outcome: 'fixed' }, steps };
    failedStep = 'verify';
  }
  const rolledBack = rollback !== undefined && succeeded(await execute('rollback', rollback));
  return { result: { outcome: 'failed', failedStep, rolledBack }, steps };
}

function stepOrder(run: Run, name: StepReport['step'], step: Step): Parameters<StepRunner['run']>[0] {
  const { manifest, files } = run.bundle;
  const script = files[step.file];
  // `Bundle` has checked that the file is there.
  if (script === undefined) throw new TypeError(`${manifest.id} has no ${step.file}`);
  return {
    step: name,
    interpreter: step.interpreter,
    script,
    arguments: argumentsOf(step.arguments, run.parameters),
    parameters: run.parameters.values,
    marker: markerOf(run.warrant, name),
    timeoutMs: step.timeoutSeconds * 1000,
    outputBytes: manifest.limits.outputBytes,
    // A check or a verification starts nothing that is meant to stay.
    detaches: manifest.detaches && (name === 'fix' || name === 'rollback'),
  };
}

const succeeded = (report: StepReport): boolean => report.ended === 'exited' && report.exitCode === 0;

const endOf = (report: StepReport): string =>
  report.ended === 'exited' ? `ended with code ${report.exitCode}` : `was ${report.ended}`;
