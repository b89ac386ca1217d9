import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@millwright/shared/runbook';

const step = (file: string, args: readonly string[]): Manifest['steps']['fix'] => ({
  interpreter: 'sh',
  file,
  arguments: [...args],
  timeoutSeconds: 10,
});

const base = {
  schema: 1,
  version: 1,
  class: 'L1',
  technicians: 0,
  platforms: ['linux'],
  limits: { perHour: 60, perDay: 200, cooldownSeconds: 0, outputBytes: 4096 },
  verifyWithinSeconds: 15,
} as const;

/** Ids of the runbooks that the crash tests sign for themselves. */
export const testRunbooks = ['linux/service/crash-start', 'linux/disk/crash-clean'] as const;

/**
 * Writes runbooks that leave a trace: each step that changes anything appends `<warrant>/<step> <subject>` to the trace file
 * before its work and `<warrant>/<step>.done <subject>` after it.
 * @returns their folders
 */
export function writeTestRunbooks(root: string, traceFile: string): string[] {
  const trace = (what: string): string => `echo "$MILLWRIGHT_RUN${what} $1" >>'${traceFile}'`;
  const manifests: [Manifest, Record<string, string>][] = [
    [
      {
        ...base,
        id: 'linux/service/crash-start',
        title: 'Start a daemon and leave a trace',
        summary: 'Starts a declared process that is down, and writes down which warrant it ran for.',
        platforms: ['linux'],
        conditions: ['process-stopped'],
        parameters: {
          process: { type: 'fact', fact: 'stopped-process', description: 'The daemon that is down' },
        },
        steps: {
          check: step('check.sh', ['process']),
          fix: step('fix.sh', ['process', 'process.command']),
          verify: step('verify.sh', ['process']),
        },
        detaches: true,
      },
      {
        'check.sh': 'set -eu\n[ "$#" -eq 1 ]\n',
        'fix.sh': [
          'set -eu',
          trace(''),
          'sleep 0.05',
          'name=$1',
          'shift',
          'setsid "$@" </dev/null >/dev/null 2>&1 &',
          'sleep 0.05',
          'set -- "$name"',
          trace('.done'),
          '',
        ].join('\n'),
        'verify.sh': ['set -eu', trace(''), 'sleep 0.02', ''].join('\n'),
      },
    ],
    [
      {
        ...base,
        id: 'linux/disk/crash-clean',
        title: 'Clean a folder and leave a trace',
        summary:
          'Deletes the files of a declared folder that is over its limit, and writes down which warrant it ran for.',
        platforms: ['linux'],
        conditions: ['folder-over-limit'],
        parameters: {
          folder: {
            type: 'fact',
            fact: 'folder-over-limit',
            description: 'The folder that is over its limit',
          },
        },
        steps: {
          check: step('check.sh', ['folder']),
          fix: step('fix.sh', ['folder']),
          verify: step('verify.sh', ['folder']),
        },
        detaches: false,
      },
      {
        'check.sh': 'set -eu\n[ -d "$1" ]\n',
        'fix.sh': [
          'set -eu',
          trace(''),
          'sleep 0.05',
          'find "$1" -xdev -type f -name "*.tmp" -delete',
          'sleep 0.05',
          trace('.done'),
          '',
        ].join('\n'),
        'verify.sh': ['set -eu', trace(''), 'sleep 0.02', ''].join('\n'),
      },
    ],
  ];
  return manifests.map(([manifest, files]) => {
    const folder = join(root, 'runbooks', manifest.id);
    mkdirSync(folder, { recursive: true });
    const all = {
      ...files,
      'runbook.json': JSON.stringify(manifest),
      'README.md': `${manifest.summary}\n`,
      'test.sh': 'exit 0\n',
    };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
    return folder;
  });
}
