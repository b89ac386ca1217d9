import type { RunbookSummary } from '@millwright/shared/api';

/** What a runbook's class allows, in words. */
export const classWords: Readonly<Record<RunbookSummary['class'], string>> = {
  L0: 'only reads',
  L1: 'reversible, may run alone',
  L2: "disruptive, needs a technician's signature",
};
