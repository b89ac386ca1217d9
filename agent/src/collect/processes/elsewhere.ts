import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CommandRunner } from '../command.ts';
import { parseJson } from '../parse-json.ts';
import { isRunnersShell, type ProcessHandle, type ProcessTable, parsePidFile } from './process-table.ts';

/** Where only a signal of 0 tells whether a process lives. Both platforms reap a daemon at once, so there are no zombies. */
function handleOf(pid: number): ProcessHandle {
  return {
    pid,
    isAlive() {
      try {
        return process.kill(pid, 0);
      } catch (error) {
        // Not ours to signal, but there.
        return error instanceof Error && 'code' in error && error.code === 'EPERM';
      }
    },
    close() {},
  };
}

/** A line of a process listing. */
export interface ListedProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Reads the output of `ps -axww -o pid=,command=` in ascending numbers; macOS lists by terminal first. */
export function parsePs(text: string): ListedProcess[] {
  const listed = text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*\S)\s*$/.exec(line);
    return match?.[1] === undefined || match[2] === undefined
      ? []
      : [{ pid: Number(match[1]), commandLine: match[2] }];
  });
  return listed.sort((a, b) => a.pid - b.pid);
}

const WindowsProcesses = z.array(
  z.object({ ProcessId: z.number().int(), CommandLine: z.string().nullable() }),
);

/** Reads what PowerShell's `Get-CimInstance Win32_Process | ConvertTo-Json` prints; oldest first, as asked for there. */
export function parseWindowsProcesses(text: string): ListedProcess[] {
  return parseJson(WindowsProcesses, text, 'Get-CimInstance Win32_Process').map((process) => ({
    pid: process.ProcessId,
    commandLine: process.CommandLine ?? '',
  }));
}

function processTable(list: () => Promise<ListedProcess[]>): ProcessTable {
  return {
    fromPidFile(file) {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        return undefined; // No pidfile: it is not running.
      }
      const pid = parsePidFile(text);
      const handle = pid === undefined ? undefined : handleOf(pid);
      return handle?.isAlive() === true ? handle : undefined;
    },
    async matching(text) {
      const found = (await list()).find(
        ({ pid, commandLine }) =>
          pid !== process.pid && commandLine.includes(text) && !isRunnersShell(commandLine.split(' ')),
      );
      return found === undefined ? undefined : handleOf(found.pid);
    },
  };
}

export const darwinProcesses = (run: CommandRunner): ProcessTable =>
  processTable(async () => parsePs(await run('/bin/ps', ['-axww', '-o', 'pid=,command='])));

const listWindows =
  '@(Get-CimInstance Win32_Process | Sort-Object CreationDate | Select-Object ProcessId,CommandLine) | ConvertTo-Json -Compress';

export const windowsProcesses = (run: CommandRunner): ProcessTable =>
  processTable(async () => parseWindowsProcesses(await run.powershell(listWindows)));
