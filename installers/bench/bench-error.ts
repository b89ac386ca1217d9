/** A bench cannot be run, or did not come to its end; the message says what and what to do. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: 'name-unknown' | 'not-in-time' | 'went-wrong';
  constructor(code: 'name-unknown' | 'not-in-time' | 'went-wrong', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
