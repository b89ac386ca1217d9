/** One broken rule: where, which, and how to mend it. */
export interface LintProblem {
  readonly file: string;
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
}
