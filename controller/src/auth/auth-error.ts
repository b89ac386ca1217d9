export type AuthProblem =
  | 'sign-in-failed'
  | 'name-invalid'
  | 'password-weak'
  | 'user-exists'
  | 'user-unknown'
  | 'last-owner'
  | 'token-unknown';

/** Something about people and their keys cannot be done; the message says why and what to do. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthProblem;
  constructor(code: AuthProblem, message: string) {
    super(message);
    this.code = code;
  }
}
