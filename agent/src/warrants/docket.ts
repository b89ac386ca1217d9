import type { BoundParameters } from '@millwright/shared/runbook';
import type { Warrant } from '@millwright/shared/trust';
import type { VerifiedRunbook } from '../catalogue/index.ts';

/** What has come in, and what is known of it so far: a refusal's report says as much as was read. */
export interface Docket {
  readonly bytes: Buffer;
  /** SHA-256 of `bytes`. */
  readonly envelope: string;
  readonly receivedAt: number;
  warrant: Warrant | null;
  /** Whether this very docket took the warrant's nonce; a copy of it that is refused must not end it. */
  journalled: boolean;
}

/** A warrant that passed every check: what may run now, and nothing else. */
export interface Order {
  readonly warrant: Warrant;
  readonly runbook: VerifiedRunbook;
  readonly parameters: BoundParameters;
}
