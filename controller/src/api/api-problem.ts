/** A request that cannot be served: its HTTP status, and the `{code, message}` that the answer holds. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** There is no such thing; `what` names it (`ticket 7`). */
export function notFound(what: string): ApiProblem {
  return new ApiProblem(404, 'not-found', `there is no ${what}`);
}
