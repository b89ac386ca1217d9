import type { Alert, Decision, EndpointSummary, Mode, Run, TicketSummary } from '@millwright/shared/api';

type Names<K extends string> = Readonly<Record<K, string>>;

export const platformNames: Names<EndpointSummary['platform']> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

export const endpointStatusNames: Names<EndpointSummary['status']> = {
  online: 'Online',
  offline: 'Offline',
  waiting: 'Waiting for approval',
  revoked: 'Revoked',
};

export const alertStateNames: Names<Alert['state']> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
};

export const severityNames: Names<Alert['severity']> = { critical: 'Critical', warning: 'Warning' };

export const suppressedNames: Names<NonNullable<Alert['suppressed']>> = {
  maintenance: 'in a maintenance window',
  'site-offline': 'its whole site is offline',
};

export const ticketStateNames: Names<TicketSummary['state']> = {
  open: 'Open',
  waiting: 'Waiting for approval',
  escalated: 'Needs a person',
  closed: 'Closed',
};

export const modeNames: Names<Mode> = {
  off: 'Off',
  shadow: 'Shadow',
  suggest: 'Suggest',
  autonomous: 'Autonomous',
};

export const chooserNames: Names<Decision['chooser']> = { builtin: 'the built-in rules', openai: 'the AI' };

export const runStateNames: Names<Run['state']> = {
  sent: 'Sent',
  accepted: 'Accepted',
  checking: 'Checking',
  fixing: 'Fixing',
  verifying: 'Verifying',
  'rolling-back': 'Rolling back',
  ended: 'Ended',
  lost: 'Lost: the endpoint never said how it ended',
};

export const stepNames: Names<Run['steps'][number]['step']> = {
  check: 'Check',
  fix: 'Fix',
  verify: 'Verify',
  rollback: 'Roll back',
};

/** How a run ended, in one line. */
export function resultInWords(result: NonNullable<Run['result']>): string {
  switch (result.outcome) {
    case 'fixed':
      return 'Fixed, and its own verification passed';
    case 'not-needed':
      return 'Nothing to do: the check found no fault';
    case 'failed':
      return `Failed at ${stepNames[result.failedStep].toLowerCase()}; ${result.rolledBack ? 'rolled back' : 'not rolled back'}`;
    case 'refused':
      return `Refused by the endpoint (${result.code}): ${result.reason}`;
    case 'interrupted':
      return `Interrupted at ${result.lastStep}; it is never started again by itself`;
  }
}

/** How a step ended, in words. */
export function stepEndInWords(step: Run['steps'][number]): string {
  switch (step.ended) {
    case 'exited':
      return `exit code ${step.exitCode ?? 'unknown'}`;
    case 'timed-out':
      return 'ran out of time';
    case 'could-not-start':
      return 'could not start';
    case 'killed':
      return 'was killed';
  }
}
