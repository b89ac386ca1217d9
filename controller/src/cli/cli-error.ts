/** `usage`: the command was given wrongly; `refused`: it could be done, and must not be. */
export type CliProblem = 'usage' | 'not-found' | 'refused' | 'failed';

/** A command cannot be done; the message says what, where, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliProblem;
  constructor(code: CliProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
