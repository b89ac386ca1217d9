/** Why an installer could not be built. */
export type InstallerProblem = 'tool-failed' | 'bundle-unclean' | 'source-date-unknown' | 'agent-missing';

/** A build failed; the message says what to do. */
export class InstallerError extends Error {
  override readonly name = 'InstallerError';
  readonly code: InstallerProblem;
  constructor(code: InstallerProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
