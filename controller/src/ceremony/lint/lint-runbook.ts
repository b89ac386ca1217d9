import type { Manifest, Step } from '@millwright/shared/runbook';
import { readRunbookFolder } from '../runbook-folder.ts';
import { folderProblems } from './folder-rules.ts';
import { powershellProblems } from './powershell-rules.ts';
import type { LintProblem } from './problem.ts';
import { sharedFunctionProblems } from './shared-functions.ts';
import { type ScriptUse, shellProblems } from './shell-rules.ts';

function scriptUse(manifest: Manifest, step: string, definition: Step, text: string): ScriptUse {
  const details = definition.arguments.filter((argument) => argument.includes('.'));
  return {
    file: definition.file,
    text,
    readsOnly: step === 'check' || manifest.class === 'L0',
    mayStart: step !== 'check' && details.some((argument) => argument.endsWith('.command')),
    arguments: details.length > 0 ? null : definition.arguments.length,
  };
}

/**
 * Holds a runbook's folder against the rules; no problem means that it may be signed. The rules look at a script's text:
 * they keep slips and generic runbooks out, and a reviewer still reads what is signed.
 */
export async function lintRunbook(folder: string): Promise<LintProblem[]> {
  const result = await readRunbookFolder(folder);
  if ('problems' in result)
    return result.problems.map(({ file, message }) => ({
      file,
      rule: 'readable',
      message,
      remedy: 'write the folder as docs/runbooks.md describes',
    }));
  const { manifest, scripts } = result.read;
  const problems = [...(await folderProblems(result.read)), ...sharedFunctionProblems(scripts)];
  for (const [step, definition] of Object.entries(manifest.steps)) {
    if (definition === undefined) continue;
    const use = scriptUse(manifest, step, definition, scripts.get(definition.file) ?? '');
    problems.push(...(definition.interpreter === 'sh' ? await shellProblems(use) : powershellProblems(use)));
  }
  return problems;
}
