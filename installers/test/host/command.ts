import { spawn } from 'node:child_process';
import { HostError } from './host-error.ts';

/** What a command that ended said. `code` is `null` when a signal ended it. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with exactly these arguments to its end, whatever it answers. */
export function runCommand(program: string, args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) =>
      reject(new HostError('command-failed', `${program} could not be started: ${cause.message}`, { cause })),
    );
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/**
 * Runs a program and gives back what it printed.
 * @throws HostError `command-failed` with both streams when it does not exit with 0.
 */
export async function mustRun(program: string, args: readonly string[]): Promise<string> {
  const result = await runCommand(program, args);
  if (result.code !== 0)
    throw new HostError(
      'command-failed',
      `${[program, ...args].join(' ')} exited with ${result.code}: ${result.stderr.trim()} ${result.stdout.trim()}`,
    );
  return result.stdout;
}
