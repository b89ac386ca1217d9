import { readRunbookFolder } from '../runbook-folder.ts';
import type { LintProblem } from './problem.ts';

/** Holds a runbook's folder against the rules; no problem means that it may be signed. */
export async function lintRunbook(folder: string): Promise<LintProblem[]> {
  const result = await readRunbookFolder(folder);
  if ('problems' in result)
    return result.problems.map(({ file, message }) => ({
      file,
      rule: 'readable',
      message,
      remedy: 'write it as docs/runbooks.md describes',
    }));
  return [];
}
