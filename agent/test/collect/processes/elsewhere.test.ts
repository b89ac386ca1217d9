import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandRunner } from '../../../src/collect/command.ts';
import {
  darwinProcesses,
  parsePs,
  parseWindowsProcesses,
  windowsProcesses,
} from '../../../src/collect/processes/elsewhere.ts';

/** A runner that prints what was recorded. */
const printing = (text: string): CommandRunner =>
  Object.assign(async () => text, { powershell: async () => text });

const ps = `    1 /sbin/launchd
  312 /usr/local/bin/webd --serve --name two words
${process.pid} node webd --serve
  400 /bin/sh -c script millwright web webd --serve
`;
const windows = JSON.stringify([
  { ProcessId: 4, CommandLine: null },
  { ProcessId: 1200, CommandLine: '"C:\\Program Files\\Web\\webd.exe" --serve' },
]);

describe('processes of macOS and Windows', () => {
  it('are read from ps', () => {
    assert.deepEqual(parsePs(ps).slice(0, 2), [
      { pid: 1, commandLine: '/sbin/launchd' },
      { pid: 312, commandLine: '/usr/local/bin/webd --serve --name two words' },
    ]);
  });

  it('are in ascending numbers, though ps lists by terminal first', () => {
    const byTerminal = '  900 webd --child\n  312 webd\n';
    assert.deepEqual(
      parsePs(byTerminal).map(({ pid }) => pid),
      [312, 900],
    );
  });

  it("are read from PowerShell's list", () => {
    assert.deepEqual(parseWindowsProcesses(windows)[1], {
      pid: 1200,
      commandLine: '"C:\\Program Files\\Web\\webd.exe" --serve',
    });
  });

  it('match by command line, but not the agent and its runner', async () => {
    assert.equal((await darwinProcesses(printing(ps)).matching('webd --serve'))?.pid, 312);
    assert.equal(await darwinProcesses(printing(ps)).matching('millwright web'), undefined);
    assert.equal((await windowsProcesses(printing(windows)).matching('webd.exe" --serve'))?.pid, 1200);
  });

  it('are found by pidfile while they live', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-pid-'));
    const file = join(folder, 'pid');
    const table = darwinProcesses(printing(''));
    writeFileSync(file, String(process.pid));
    assert.equal(table.fromPidFile(file, [])?.isAlive(), true);
    writeFileSync(file, '4194304000');
    assert.equal(table.fromPidFile(file, []), undefined);
    rmSync(folder, { recursive: true });
    assert.equal(table.fromPidFile(file, []), undefined);
  });
});
