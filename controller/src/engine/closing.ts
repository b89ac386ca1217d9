import type { Outcome } from '@millwright/shared/trust';
import { formatDuration } from '@millwright/shared/units';

/** The last run for a fault that is over, as far as the record goes. */
export interface LastRun {
  readonly runbook: string;
  readonly title: string;
  /** What the endpoint reported; `unreported` where the end of the run never came. */
  readonly result: Outcome | { readonly outcome: 'unreported' };
  /** Whether the readings showed the fault over within the time that a fix has for it. */
  readonly verifiedInTime: boolean;
}

/** What a ticket says when its fault is over. `fixed` says that Millwright fixed it: it alone makes `fixedInMs`. */
export interface Closing {
  readonly fixed: boolean;
  readonly text: string;
}

const over = "The endpoint's own readings show that the fault is over.";

/** The one place that says whose doing it was that a fault is over: nothing that the record does not show. Pure. */
export function closingOf(
  run: LastRun | null,
  fault: { readonly description: string; readonly tookMs: number; readonly watchedUntil: string },
): Closing {
  const without = (text: string): Closing => ({ fixed: false, text: `${over} ${text}` });
  if (run === null) return without('Millwright did not fix it.');
  const named = `"${run.title}" (${run.runbook})`;
  const { result } = run;
  switch (result.outcome) {
    case 'fixed':
      return run.verifiedInTime
        ? {
            fixed: true,
            text: `${fault.description}. Fixed by ${named}: the endpoint's own readings showed it over ${formatDuration(fault.tookMs)} after it was seen. Watched until ${fault.watchedUntil}: if it comes back before, this ticket opens again.`,
          }
        : without(
            `${named} had run, but they showed it too late to say whether that fixed it; it is not counted as fixed by Millwright.`,
          );
    case 'not-needed':
      return without(`${named} found nothing left to do: Millwright did not fix it.`);
    case 'refused':
      return without(
        `The endpoint had refused ${named} (${result.code}), and ran nothing: Millwright did not fix it.`,
      );
    case 'failed':
      return without(
        `${named} had failed (${result.failedStep}${result.rolledBack ? ', rolled back' : ''}): Millwright does not claim to have fixed it.`,
      );
    case 'interrupted':
      return result.lastStep === TAKEN
        ? without(`The agent had ended before ${named} began: Millwright did not fix it.`)
        : without(
            `${named} was interrupted (${result.lastStep}); whether it helped is not known, and it is not counted as fixed by Millwright.`,
          );
    case 'unreported':
      return without(
        `The end of ${named} was never reported; whether it helped is not known, and it is not counted as fixed by Millwright.`,
      );
  }
}

/** The state of a warrant that an agent has taken, and of which nothing has run yet. */
export const TAKEN = 'journalled';
