export { lintRunbook } from './lint-runbook.ts';
export type { LintProblem } from './problem.ts';
