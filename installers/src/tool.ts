import { spawn } from 'node:child_process';
import { InstallerError } from './installer-error.ts';

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program with exactly these arguments; gives back what it printed.
 * @throws InstallerError `tool-failed` when it cannot be started or does not exit with 0.
 */
export function runTool(
  program: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) =>
      reject(
        new InstallerError('tool-failed', `${program} could not be started: ${cause.message}`, { cause }),
      ),
    );
    child.on('close', (code) => {
      const out = Buffer.concat(stdout).toString();
      if (code === 0) return resolve(out);
      const said = `${Buffer.concat(stderr).toString()}${out}`.trim();
      reject(new InstallerError('tool-failed', `${program} ${args.join(' ')} exited with ${code}: ${said}`));
    });
  });
}
