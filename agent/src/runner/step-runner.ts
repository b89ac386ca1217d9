import type { Step } from '@millwright/shared/runbook';
import type { StepReport } from '@millwright/shared/trust';

/** One step to execute: verified bytes, and what bounds them. */
export interface StepOrder {
  readonly step: StepReport['step'];
  readonly interpreter: Step['interpreter'];
  /** The script's verified text. It goes to the interpreter as it stands, and never through a file. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** Handed over as JSON on standard input. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /** Names this step of this run in the environment of all that it starts, so that all of it can be ended. */
  readonly marker: string;
  readonly timeoutMs: number;
  /** How much of the output's end is kept, in bytes. */
  readonly outputBytes: number;
  /** A normal end leaves what the script has started. */
  readonly detaches: boolean;
}

/** Executes steps. It decides nothing: whoever calls it has verified the order. */
export interface StepRunner {
  /** Resolves when the step and all that it started have ended, except what it may leave. Does not reject. */
  run(order: StepOrder): Promise<StepReport>;
  /**
   * Ends what a step left behind when this agent died in the middle of it.
   * @returns false where some of it may run on
   */
  endLeftovers(marker: string): boolean;
}

/** The marker of a step of a warrant's run. */
export function markerOf(warrant: string, step: StepReport['step']): string {
  return `${warrant}/${step}`;
}
