export type EngineProblem =
  | 'not-found'
  | 'wrong-state'
  | 'not-allowed'
  | 'needs-signature'
  | 'draft-missing'
  | 'draft-expired'
  | 'draft-differs'
  | 'signature-invalid'
  | 'signature-out-of-scope'
  | 'signed-already'
  | 'endpoint-offline';

/** Something that a person asked of the engine cannot be done; the message says why and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineProblem;
  constructor(code: EngineProblem, message: string) {
    super(message);
    this.code = code;
  }
}
