/** Why a test host could not be had. */
export type HostProblem =
  | 'not-root'
  | 'tool-missing'
  | 'root-filesystem-failed'
  | 'addresses-exhausted'
  | 'boot-failed'
  | 'command-failed'
  | 'network-failed'
  | 'not-ended';

/** A test host failed; the message names the host and what to do. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostProblem;
  constructor(code: HostProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
