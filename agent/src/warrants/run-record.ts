import type { Bundle } from '@millwright/shared/runbook';
import type { Outcome, RunReport, StepReport } from '@millwright/shared/trust';
import { firstStateOf, type RunState, stepOfState } from '../runner/index.ts';
import { transaction } from '../state/index.ts';
import { appendAudit } from './audit.ts';
import { countAttempt, countVerification, runSubjectOf } from './budgets.ts';
import type { Order } from './docket.ts';
import { journalEnd, journalState } from './journal.ts';
import type { WarrantPorts } from './ports.ts';
import { signReport } from './report.ts';

/** What a report is about. */
export interface Subject {
  readonly warrant: string | null;
  readonly envelope: string;
  readonly runbook: RunReport['runbook'];
  readonly receivedAt: number;
  /** Whether the warrant stands open in the journal and ends with this report. */
  readonly journalled: boolean;
}

/** The run counts against its budgets and is journalled as begun, before anything of it runs. One commit. */
export function beginRun(ports: WarrantPorts, { warrant, runbook, parameters }: Order): void {
  const { db, clock, events } = ports;
  transaction(db, () => {
    countAttempt(db, warrant.runbook.id, runSubjectOf(parameters), clock.now());
    appendAudit(db, clock.now(), {
      kind: 'started',
      warrant: warrant.id,
      runbook: warrant.runbook.id,
      sha256: runbook.sha256,
    });
    events.append({ type: 'run-progress', warrant: warrant.id, state: 'accepted' });
    enterState(ports, warrant.id, firstStateOf(runbook.bundle), runbook.bundle);
  });
}

/** A state and the event that tells of it, in one commit, before the state's effect. */
export function enterState(
  { db, clock, events }: WarrantPorts,
  warrant: string,
  state: RunState,
  { manifest }: Bundle,
): void {
  const step = stepOfState(state);
  const { timeoutSeconds = 0 } = (step && manifest.steps[step]) ?? {};
  transaction(db, () => {
    journalState(db, warrant, state, clock.now() + timeoutSeconds * 1000);
    events.append({ type: 'run-progress', warrant, state });
  });
}

/** A warrant's end: journal, audit, quarantine and the signed report in one commit. */
export function recordEnd(ports: WarrantPorts, subject: Subject, result: Outcome, steps: StepReport[]): void {
  const { db, clock, events, identity } = ports;
  const { warrant, envelope, runbook, receivedAt } = subject;
  const endedAt = clock.now();
  const report = signReport(
    {
      schema: 1,
      warrant,
      envelope,
      endpoint: identity.thumbprint,
      runbook,
      receivedAt,
      endedAt,
      result,
      steps,
    },
    identity,
  );
  transaction(db, () => {
    if (warrant !== null && subject.journalled) journalEnd(db, warrant, endedAt);
    // A verification that could not start (no more open files, say) says nothing of the fix.
    const verified = steps.find(({ step, ended }) => step === 'verify' && ended !== 'could-not-start');
    if (verified !== undefined && runbook !== null)
      countVerification(db, runbook.id, result.outcome === 'fixed');
    appendAudit(db, endedAt, { kind: 'ended', warrant, envelope, result });
    events.append({ type: 'run-ended', report });
  });
}
