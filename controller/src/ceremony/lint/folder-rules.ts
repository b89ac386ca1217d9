import { readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { conditions, controllerConditions, flapping } from '@millwright/shared/conditions';
import { MAX_FILE_BYTES } from '@millwright/shared/protocol';
import type { FactKind, Manifest, Platform } from '@millwright/shared/runbook';
import { bundleBytes, type RunbookFolder } from '../runbook-folder.ts';
import type { LintProblem } from './problem.ts';

const platformsOf: Readonly<Record<string, readonly Platform[]>> = {
  linux: ['linux'],
  darwin: ['darwin'],
  windows: ['win32'],
  posix: ['linux', 'darwin'],
};

/** What an endpoint knows beside a fact's value. */
const detailsOf: Readonly<Record<FactKind, readonly string[]>> = {
  'stopped-service': [],
  'stopped-process': ['command'],
  'filling-filesystem': [],
  'folder-over-limit': ['patterns', 'keepMinutes'],
  'failing-name-resolution': [],
};

const knownConditions = new Set([
  ...conditions.map((condition) => condition.id),
  flapping.id,
  ...Object.keys(controllerConditions),
]);

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The test that a folder has: `test.sh` in it, or the file that its README names on a line `Test:`. */
async function hasTest({ folder, names }: RunbookFolder): Promise<boolean> {
  if (names.includes('test.sh')) return true;
  if (!names.includes('README.md')) return false;
  const named = /^Test: (?:\[[^\]]*\]\()?([^\s)]+)/m.exec(
    await readFile(join(folder, 'README.md'), 'utf8'),
  )?.[1];
  return named !== undefined && isFile(resolve(folder, named));
}

function manifestProblems(
  manifest: Manifest,
  problem: (rule: string, message: string, remedy: string) => void,
): void {
  const [platform = ''] = manifest.id.split('/');
  const expected = platformsOf[platform];
  if (expected === undefined)
    problem(
      'platform',
      `there is no platform ${platform}`,
      `begin the id with one of ${Object.keys(platformsOf).join(', ')}`,
    );
  else if (!manifest.platforms.every((name) => expected.includes(name)))
    problem(
      'platform',
      `platforms ${manifest.platforms.join(', ')} do not fit the id`,
      `under ${platform}/ use ${expected.join(', ')}`,
    );
  const windows = manifest.platforms.includes('win32');
  for (const [step, definition] of Object.entries(manifest.steps)) {
    if (definition === undefined) continue;
    if ((definition.interpreter === 'powershell') !== windows)
      problem(
        'interpreter',
        `${step} uses ${definition.interpreter}`,
        windows ? 'use powershell on Windows' : 'use sh on Linux and macOS',
      );
    for (const argument of definition.arguments) {
      const [name = '', detail] = argument.split('.');
      const parameter = manifest.parameters[name];
      if (detail !== undefined && parameter?.type === 'fact' && !detailsOf[parameter.fact].includes(detail))
        problem(
          'details',
          `${step}: a ${parameter.fact} has no ${detail}`,
          `use one of: ${detailsOf[parameter.fact].join(', ') || 'none'}`,
        );
    }
  }
  for (const condition of manifest.conditions)
    if (!knownConditions.has(condition))
      problem(
        'conditions',
        `there is no condition ${condition}`,
        `use one of ${[...knownConditions].join(', ')}`,
      );
  if (manifest.class !== 'L0' && manifest.steps.check === undefined)
    problem(
      'check',
      'has no check step',
      'add one that only looks: exit 0 go on, 10 nothing to do, anything else must not run',
    );
  if (manifest.class !== 'L0' && manifest.conditions.length === 0)
    problem(
      'conditions',
      'changes something and remedies no condition',
      'name the condition whose clearing proves the fix',
    );
}

/** The rules for a folder as a whole: its names, its files, its manifest. */
export async function folderProblems(read: RunbookFolder): Promise<LintProblem[]> {
  const { folder, manifest, scripts, names } = read;
  const problems: LintProblem[] = [];
  const about =
    (file: string) =>
    (rule: string, message: string, remedy: string): void =>
      void problems.push({ file, rule, message, remedy });
  manifestProblems(manifest, about('runbook.json'));
  if (!resolve(folder).split(sep).join('/').endsWith(`/${manifest.id}`))
    about('runbook.json')(
      'place',
      `its id is ${manifest.id}, and the folder is ${folder}`,
      'let the folder be <platform>/<category>/<name>, as the id says',
    );
  const known = new Set(['runbook.json', 'README.md', 'test.sh', ...scripts.keys()]);
  for (const name of names)
    if (!known.has(name))
      about(name)(
        'no-strays',
        'is neither a step nor the README nor the test',
        'remove it; what is not signed is not delivered',
      );
  if (!names.includes('README.md'))
    about('README.md')(
      'readme',
      'is missing',
      'say in ten lines what it does, to what, and what it leaves alone',
    );
  if (!(await hasTest(read)))
    about('test.sh')(
      'tested',
      'there is no test',
      'add test.sh, or name a test file in README.md on a line that begins with Test:',
    );
  try {
    const size = bundleBytes(read).length;
    if (size > MAX_FILE_BYTES)
      about('runbook.json')(
        'small',
        `would be signed as ${size} bytes; endpoints read at most ${MAX_FILE_BYTES}`,
        'make the scripts smaller',
      );
  } catch (error) {
    about('runbook.json')(
      'small',
      error instanceof Error ? error.message : String(error),
      'make the scripts smaller',
    );
  }
  return problems;
}
