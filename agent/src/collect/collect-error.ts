/** What went wrong while collecting, by name. */
export type CollectProblem =
  | 'collector-timeout'
  | 'mounts-unreadable'
  | 'filesystem-silent'
  | 'command-failed'
  | 'output-unknown'
  | 'bus-unavailable'
  | 'folder-unreadable';

/** A collector could not read what it should; it is reported as that collector's own reading. */
export class CollectError extends Error {
  readonly code: CollectProblem;
  constructor(code: CollectProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CollectError';
    this.code = code;
  }
}
