import type { Alert } from '@millwright/shared/api';
import type { Reading } from '@millwright/shared/readings';
import type { FactKind, Manifest, Parameters } from '@millwright/shared/runbook';
import type { DecidedBy } from '@millwright/shared/trust';

/** A fact that the evidence shows: the only source of a fact parameter. */
export interface EvidenceFact {
  readonly kind: FactKind;
  readonly value: string;
}

/** What a chooser is asked: one alert, its evidence, and the runbooks that are eligible. */
export interface Question {
  readonly alert: Pick<Alert, 'condition' | 'title' | 'severity' | 'subject' | 'description' | 'occurrences'>;
  readonly platform: string;
  readonly readings: readonly Reading[];
  readonly facts: readonly EvidenceFact[];
  readonly candidates: readonly Manifest[];
}

/** A runbook with its parameters, or a reason to leave it to a person. */
export type Choice =
  | {
      readonly kind: 'run';
      readonly runbook: string;
      readonly parameters: Parameters;
      readonly reason: string;
    }
  | { readonly kind: 'abstain'; readonly reason: string };

/** A choice, and who made it. */
export interface Answer {
  readonly choice: Choice;
  readonly decidedBy: DecidedBy;
  /** Set where another chooser was asked first: which, and why it could not answer. */
  readonly fellBackFrom: string | null;
}

export interface Chooser {
  choose(question: Question): Promise<Answer>;
}
