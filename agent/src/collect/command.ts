import { execFile } from 'node:child_process';
import { win32 } from 'node:path';
import { CollectError } from './collect-error.ts';

/** Runs the platform's own programs to read what it offers no other way. Fixed programs and arguments, never a shell line. */
export interface CommandRunner {
  /** @throws CollectError `command-failed` */
  (program: string, argv: readonly string[]): Promise<string>;
  /** Runs one constant PowerShell expression and answers what it prints. */
  powershell(script: string): Promise<string>;
}

const limits = { timeout: 20_000, maxBuffer: 8 * 1024 * 1024, windowsHide: true } as const;

function run(program: string, argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...argv], limits, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim().slice(0, 200);
      reject(
        new CollectError('command-failed', `${program} failed: ${said === '' ? error.message : said}`, {
          cause: error,
        }),
      );
    });
  });
}

/** Windows' own PowerShell by its full path, so that no PATH decides which program runs. */
const powershellPath = (): string =>
  win32.join(
    process.env.SystemRoot ?? 'C:\\Windows',
    'System32',
    'WindowsPowerShell',
    'v1.0',
    'powershell.exe',
  );

const powershell = (script: string): Promise<string> =>
  run(powershellPath(), [
    '-NoProfile',
    '-NonInteractive',
    '-EncodedCommand',
    Buffer.from(`[Console]::OutputEncoding = [Text.Encoding]::UTF8; ${script}`, 'utf16le').toString('base64'),
  ]);

export const commands: CommandRunner = Object.assign(run, { powershell });
