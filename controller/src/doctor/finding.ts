import type { Clock } from '@millwright/shared/clock';
import type { Configuration } from '../configuration/index.ts';

/** One thing that was looked at: how it stands, and what to do where it is not well. */
export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warning' | 'failed';
  readonly message: string;
  readonly remedy: string | null;
}

/** What the checks look at. */
export interface Patient {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly configuration: Configuration;
}

/** Looks at one thing, and never changes it. */
export interface Check {
  readonly name: string;
  examine(patient: Patient): Promise<readonly Omit<Finding, 'check'>[]>;
}

type Answer = Omit<Finding, 'check'>;
export const ok = (message: string): Answer => ({ verdict: 'ok', message, remedy: null });
export const warning = (message: string, remedy: string): Answer => ({ verdict: 'warning', message, remedy });
export const failed = (message: string, remedy: string): Answer => ({ verdict: 'failed', message, remedy });
