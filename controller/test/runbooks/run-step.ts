import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const stockRunbooks = fileURLToPath(new URL('../../runbooks', import.meta.url));

/** How a script ended, and all that it printed. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };

/** Runs a program to its end; `until` says what else must end first: the pipes (default) or the program alone. */
export function run(
  program: string,
  args: readonly string[],
  until: 'close' | 'exit' = 'close',
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on(until, (status) => resolve({ status, output }));
  });
}

const scriptOf = (id: string, step: string): Promise<string> =>
  readFile(join(stockRunbooks, id, `${step}.sh`), 'utf8');

/** Runs one step of a stock runbook as an agent does: the text handed to the shell, the arguments after it. */
export async function runStep(id: string, step: string, ...args: string[]): Promise<Ended> {
  return run('/bin/sh', ['-c', await scriptOf(id, step), 'millwright', ...args]);
}

/**
 * The same in a mount namespace of its own, where `places` (path on the host: folder of the test) stand in for folders of
 * the system, so that a script with a fixed allow-list runs for real and touches nothing of this machine.
 */
export async function runStepWith(
  places: Readonly<Record<string, string>>,
  id: string,
  step: string,
  ...args: string[]
): Promise<Ended> {
  const binds = Object.entries(places);
  const setUp =
    'n=$1; shift; while [ "$n" -gt 0 ]; do mount --bind "$2" "$1"; shift 2; n=$((n - 1)); done; exec /bin/sh -c "$@"';
  const mapRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const script = await scriptOf(id, step);
  return run('unshare', [
    ...mapRoot,
    '--mount',
    '--propagation',
    'private',
    '/bin/sh',
    '-c',
    `set -e; ${setUp}`,
    'places',
    String(binds.length),
    ...binds.flat(),
    script,
    'millwright',
    ...args,
  ]);
}
