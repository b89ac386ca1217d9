/** What went wrong while watching, by name. None of these stops the watch. */
export type WatchProblem = 'policy-invalid' | 'standing-unreadable' | 'transition-unwritten';

export class WatchError extends Error {
  readonly code: WatchProblem;
  constructor(code: WatchProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WatchError';
    this.code = code;
  }
}
