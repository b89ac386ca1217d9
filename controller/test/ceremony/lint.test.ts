import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lintRunbook } from '../../src/ceremony/index.ts';
import { readShell } from '../../src/ceremony/lint/shell-source.ts';
import { type SampleChanges, writeSample } from './sample-runbook.ts';

const sh = (...lines: string[]): string => `set -eu\n${lines.join('\n')}\n`;
const fix = (...lines: string[]): SampleChanges => ({ files: { 'fix.sh': sh(...lines) } });
const check = (...lines: string[]): SampleChanges => ({ files: { 'check.sh': sh(...lines) } });
const step = (file: string, args: string[]) => ({
  interpreter: 'sh',
  file,
  arguments: args,
  timeoutSeconds: 5,
});
const steps = (args: string[]) => ({
  steps: { check: step('check.sh', args), fix: step('fix.sh', args) },
});

/** What breaks, and the one rule that says so. */
const broken: readonly (readonly [string, string, SampleChanges])[] = [
  ['eval', 'no-evaluated-text', fix('eval "$1"')],
  ['eval after then', 'no-evaluated-text', fix('if true; then eval "$1"; fi')],
  ['sourcing a file', 'no-evaluated-text', fix('. "$1"')],
  ['sh -c', 'no-second-interpreter', fix('sh -c "$1"')],
  ['a shell at the end of a pipe', 'no-second-interpreter', fix('cat "$1" | bash -s')],
  ['a shell by path', 'no-second-interpreter', fix('/bin/sh "$1"')],
  ['a shell in a substitution', 'no-second-interpreter', fix('x="$(sh -c id)"')],
  ['python', 'no-second-interpreter', fix('python3 -c "import os"')],
  ['curl', 'no-download', fix('curl -s "$1"')],
  ['sudo', 'no-privilege', fix('sudo id')],
  ['a new account', 'no-foothold', fix('useradd x')],
  ['a reboot', 'no-reboot', fix('/sbin/reboot')],
  ['rm -rf', 'no-recursive-removal', fix('rm -f -r -- "$1"')],
  ['xargs', 'no-names-through-pipes', fix('find /tmp | xargs rm')],
  ['backquotes', 'no-backquotes', fix('echo `id`')],
  ['a here-document', 'no-here-documents', fix('cat <<X', 'x', 'X')],
  ['another PATH', 'no-lookup-changes', fix('PATH=/tmp id')],
  ['a handed command', 'no-free-command', fix('"$1"')],
  ['a handed command after &&', 'no-free-command', fix('true && "$@"')],
  ['a handed command in a substitution', 'no-free-command', fix('x="$("$1")"')],
  ['a handed command through a starter', 'no-free-command', fix('setsid "$1"')],
  ['an expansion without quotes', 'quoted', fix('echo $1')],
  ['all arguments without quotes', 'quoted', fix('echo $@')],
  ['a substitution without quotes', 'quoted', fix('echo $(id)')],
  ['no quotes inside quotes', 'quoted', fix('echo "$(echo $1)"')],
  ['no set -eu', 'strict', { files: { 'fix.sh': 'echo hello\n' } }],
  ['a script that does not parse', 'parses', fix('if true; then')],
  ['a shebang', 'no-shebang', { files: { 'fix.sh': '#!/bin/sh\nset -eu\n' } }],
  ['characters that a reviewer cannot see', 'plain-text', fix('echo "\u202e"')],
  ['carriage returns', 'plain-text', { files: { 'fix.sh': 'set -eu\necho a\r\n' } }],
  ['more arguments than given', 'arguments', fix('echo "$2"')],
  ['a check that deletes', 'reads-only', check('rm -f /tmp/x')],
  ['a check that deletes by find', 'reads-only', check('find /tmp -delete')],
  ['a check that writes a file', 'reads-only', check('echo x >/tmp/x')],
  [
    'a check that selects otherwise than the fix',
    'one-selection',
    {
      files: {
        'check.sh': sh('old() {', '  find /tmp -mtime +7', '}', 'old'),
        'fix.sh': sh('old() {', '  find /tmp -mtime +1', '}', 'old'),
      },
    },
  ],
  ['a check that stops a service', 'reads-only', check('systemctl stop x')],
  [
    'an L0 that changes something',
    'reads-only',
    { manifest: { class: 'L0' }, files: { 'fix.sh': sh('touch /tmp/x') } },
  ],
  [
    'no check',
    'check',
    { manifest: { steps: { fix: step('fix.sh', ['service']) } }, files: { 'check.sh': null } },
  ],
  ['an unknown condition', 'conditions', { manifest: { conditions: ['disk-on-fire'] } }],
  ['no condition', 'conditions', { manifest: { conditions: [] } }],
  ['a platform that does not fit', 'platform', { manifest: { platforms: ['darwin'] } }],
  ['an unknown platform', 'platform', { id: 'beos/service/sample' }],
  ['a detail that the fact has not', 'details', { manifest: steps(['service.command']) }],
  ['no test', 'tested', { files: { 'test.sh': null } }],
  [
    'a README that names a test that is not there',
    'tested',
    { files: { 'test.sh': null, 'README.md': 'Test: ../none.test.ts\n' } },
  ],
  ['no README', 'readme', { files: { 'README.md': null } }],
  ['a stray file', 'no-strays', { files: { 'helper.sh': 'x' } }],
  ['a missing script', 'readable', { files: { 'fix.sh': null } }],
  ['a manifest that is not JSON', 'readable', { files: { 'runbook.json': '{' } }],
  [
    'a free-text parameter',
    'readable',
    { manifest: { parameters: { service: { type: 'string', description: 'x' } } } },
  ],
  [
    'a parameter that is a path',
    'readable',
    { manifest: { parameters: { service: { type: 'path', description: 'x' } } } },
  ],
  ['a script that is too large', 'small', fix(`: '${'x'.repeat(70_000)}'`)],
];

const powershell = (text: string, file = 'fix.ps1'): SampleChanges => ({
  id: 'windows/service/sample',
  manifest: {
    platforms: ['win32'],
    steps: {
      check: { interpreter: 'powershell', file: 'check.ps1', arguments: ['service'], timeoutSeconds: 5 },
      fix: { interpreter: 'powershell', file: 'fix.ps1', arguments: ['service'], timeoutSeconds: 5 },
    },
  },
  files: {
    'check.sh': null,
    'fix.sh': null,
    'check.ps1':
      "param([string]$Service)\nSet-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\nexit 0\n",
    'fix.ps1':
      "param([string]$Service)\nSet-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\nexit 0\n",
    [file]: `param([string]$Service)\nSet-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\n${text}\n`,
  },
});

const brokenPowershell: readonly (readonly [string, string, SampleChanges])[] = [
  ['Invoke-Expression', 'no-evaluated-text', powershell('Invoke-Expression $Service')],
  ['the call operator on a variable', 'no-evaluated-text', powershell('& $Service')],
  ['a script block from text', 'no-evaluated-text', powershell('[ScriptBlock]::Create($Service)')],
  ['cmd', 'no-second-interpreter', powershell('cmd /c $Service')],
  ['a download', 'no-download', powershell('Invoke-WebRequest $Service')],
  ['a started program', 'no-free-command', powershell('Start-Process $Service')],
  ['removing trees', 'no-recursive-removal', powershell('Remove-Item $Service -Recurse')],
  ['an open brace', 'parses', powershell('if ($true) {')],
  ['an open string', 'parses', powershell('"')],
  ['a check that starts a service', 'reads-only', powershell('Start-Service x', 'check.ps1')],
  [
    'no strict mode',
    'strict',
    { ...powershell(''), files: { ...powershell('').files, 'fix.ps1': 'exit 0\n' } },
  ],
];

describe('the rules of runbooks', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'millwright-lint-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const rulesBroken = async (changes: SampleChanges): Promise<string[]> => [
    ...new Set((await lintRunbook(writeSample(root, changes))).map(({ rule }) => rule)),
  ];

  it('let a good runbook pass', async () => assert.deepEqual(await rulesBroken({}), []));
  it('let a good PowerShell runbook pass', async () =>
    assert.deepEqual(await rulesBroken(powershell('')), []));

  for (const [what, rule, changes] of [...broken, ...brokenPowershell])
    it(`refuse ${what} [${rule}]`, async () => {
      const problems = await lintRunbook(writeSample(root, changes));
      assert.ok(
        problems.some((problem) => problem.rule === rule),
        JSON.stringify(problems),
      );
      for (const problem of problems)
        assert.ok(problem.file !== '' && problem.message !== '' && problem.remedy !== '');
    });

  it('let what the steps do with their selection differ', async () =>
    assert.deepEqual(
      await rulesBroken({
        files: {
          'check.sh': sh('visit() {', '  echo "$1"', '}', 'visit /tmp'),
          'fix.sh': sh('visit() {', '  find "$1" -xdev -delete', '}', 'visit /tmp'),
        },
      }),
      [],
    ));
  it('do not stumble over words in quotes, comments and names', async () => {
    const harmless = [
      '# eval "$1"; sudo rm -rf /',
      "echo 'eval sudo curl'",
      'echo "sh -c is text here"',
      'evaluate=1',
      'x=$1',
      'y=$(date)',
      'n=$(($# + 1))',
      'echo "$evaluate $x $y $n" >/dev/null 2>&1',
      'case "$x" in a | b) echo "$\x7bx:-none}" ;; esac',
    ];
    assert.deepEqual(await rulesBroken(fix(...harmless)), []);
  });

  it('refuse a folder that does not bear its id', async () => {
    const folder = writeSample(root, { manifest: { id: 'linux/service/other' } });
    assert.deepEqual(
      (await lintRunbook(folder)).map(({ rule }) => rule),
      ['place'],
    );
  });

  it('refuse a folder that is not there', async () => {
    assert.deepEqual(
      (await lintRunbook(join(root, 'none'))).map(({ rule }) => rule),
      ['readable'],
    );
  });
});

describe('the reading of shell scripts', () => {
  const bare = (text: string): string[] => readShell(text).bare.map((expansion) => expansion.text);
  for (const [text, expected] of [
    ['echo "$1"', []],
    ['echo $1 "$2" $\x7b3}', ['$1', '$\x7b3}']],
    ["echo '$1' \\$2", []],
    ['echo "a$(ls "$1" $2)b" $3', ['$2', '$3']],
    ['x=$1; y=a$2', []],
    ['echo x=$1', []],
    ['[ "$#" -gt 0 ] && kill $! && exit $?', []],
    ['echo "$\x7bx:-"$1"}" $\x7bx:-"$1"}', ['$\x7bx:-"$1"}']],
    ['# $1\necho a#$1', ['$1']],
  ] as const)
    it(`finds ${JSON.stringify(expected)} bare in ${JSON.stringify(text)}`, () =>
      assert.deepEqual(bare(text), expected));
});
