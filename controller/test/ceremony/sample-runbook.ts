import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a test changes of the sample: fields of its manifest, and files (null removes one). */
export interface SampleChanges {
  readonly id?: string;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string | null>>;
}

/** Writes a runbook's folder under `root` that keeps every rule, but for the changes. Returns the folder. */
export function writeSample(
  root: string,
  { id = 'linux/service/sample', manifest = {}, files = {} }: SampleChanges = {},
): string {
  const folder = join(root, id);
  mkdirSync(folder, { recursive: true });
  const whole = {
    schema: 1,
    id,
    version: 1,
    title: 'A sample',
    summary: 'A runbook that tests sign; it says hello.',
    class: 'L1',
    technicians: 0,
    platforms: ['linux'],
    conditions: ['service-stopped'],
    parameters: { service: { type: 'fact', fact: 'stopped-service', description: 'A service' } },
    steps: {
      check: { interpreter: 'sh', file: 'check.sh', arguments: ['service'], timeoutSeconds: 5 },
      fix: { interpreter: 'sh', file: 'fix.sh', arguments: ['service'], timeoutSeconds: 5 },
    },
    limits: { perHour: 6, perDay: 24, cooldownSeconds: 0, outputBytes: 4096 },
    verifyWithinSeconds: 10,
    detaches: false,
    ...manifest,
  };
  const all: Record<string, string | null> = {
    'runbook.json': JSON.stringify(whole),
    'check.sh': 'set -eu\n[ -n "$1" ] || exit 3\n',
    'fix.sh': 'set -eu\necho "hello $1"\n',
    'README.md': '# A sample\n',
    'test.sh': 'set -eu\n',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) if (text !== null) writeFileSync(join(folder, name), text);
  return folder;
}
