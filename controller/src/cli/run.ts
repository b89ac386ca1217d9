import { CommanderError } from 'commander';
import type { Console } from './console.ts';
import { type ExitCode, exitCodes, failureOf } from './exit-codes.ts';
import { buildProgram } from './program.ts';

/** Runs one command line (without the program's own name), and answers with the exit code. */
export async function runCommand(argv: readonly string[], console: Console): Promise<ExitCode> {
  const json = argv.includes('--json');
  try {
    await buildProgram(console, json).parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Commander has written its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { exitCode, code, message, foreseen } = failureOf(error);
    if (json) console.err.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else console.err.write(`millwright: ${message}\n`);
    // A fault of our own: whoever reports it needs to say where.
    if (!foreseen && error instanceof Error) console.err.write(`${error.stack ?? ''}\n`);
    return exitCode;
  }
}
