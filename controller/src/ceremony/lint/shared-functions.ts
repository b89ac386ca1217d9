import type { LintProblem } from './problem.ts';

/** A function of a script, by name: from the line that opens it to the first closing brace that is not indented. */
function functionsIn(text: string): Map<string, string> {
  const definitions = /^(?:function\s+)?([\w-]+)\s*\([^)]*\)\s*\{\n[\s\S]*?^\}/gm;
  return new Map(Array.from(text.matchAll(definitions), ([body, name = '']) => [name, body]));
}

/** What a step does with each thing that the steps select: the one function that is meant to differ. */
const ACTION = 'visit';

/**
 * Steps cannot share a file, so a selection is written in each. A check that selects otherwise than its fix lets it run
 * where it must not: functions of one name are held equal.
 */
export function sharedFunctionProblems(scripts: ReadonlyMap<string, string>): LintProblem[] {
  const first = new Map<string, { readonly file: string; readonly body: string }>();
  const problems: LintProblem[] = [];
  for (const [file, text] of scripts)
    for (const [name, body] of functionsIn(text)) {
      const other = first.get(name);
      if (other === undefined) first.set(name, { file, body });
      else if (name !== ACTION && other.body !== body)
        problems.push({
          file,
          rule: 'one-selection',
          message: `its function ${name} differs from the one in ${other.file}`,
          remedy: `copy it unchanged, or name it otherwise; only ${ACTION} may differ`,
        });
    }
  return problems;
}
