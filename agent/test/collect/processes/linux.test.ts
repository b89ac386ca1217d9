import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { hasEnded, linuxProcesses, parseStat } from '../../../src/collect/processes/linux.ts';
import type { ProcessHandle } from '../../../src/collect/processes/process-table.ts';

const stat = (name: string, state: string, threads: number): string =>
  `42 (${name}) ${state} 1 42 42 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 ${threads} 0 123456 9000 200 18446744073709551615 1 1 0`;

describe('/proc/PID/stat', () => {
  for (const name of ['webd', 'a b', 'evil) Z 1 2', '((']) {
    it(`is read whatever the process is called: ${name}`, () => {
      assert.deepEqual(parseStat(stat(name, 'S', 3)), { state: 'S', threads: 3, startTicks: 123_456 });
    });
  }

  it('tells the living from the dead', () => {
    const ended = (state: string, threads: number): boolean =>
      hasEnded(parseStat(stat('webd', state, threads)));
    assert.deepEqual(
      ['R', 'S', 'D', 'T', 't', 'I'].map((state) => ended(state, 1)),
      [false, false, false, false, false, false],
    );
    assert.equal(ended('Z', 1), true);
    assert.equal(ended('X', 0), true);
    assert.equal(ended('Z', 2), false, 'its first thread has ended, another has not');
  });
});

if (process.platform === 'linux')
  describe('processes of Linux', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-proc-'));
    const pidFile = join(folder, 'daemon.pid');
    const started: ChildProcess[] = [];
    const handles: ProcessHandle[] = [];
    const held = (handle: ProcessHandle | undefined): ProcessHandle | undefined => {
      if (handle !== undefined) handles.push(handle);
      return handle;
    };
    const start = (...argv: string[]): ChildProcess => {
      const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'ignore' });
      started.push(child);
      return child;
    };
    afterEach(() => {
      for (const child of started.splice(0)) child.kill('SIGKILL');
      for (const handle of handles.splice(0)) handle.close();
    });
    after(() => rmSync(folder, { recursive: true }));
    const byPidFile = (command = ['sleep']): ProcessHandle | undefined =>
      held(linuxProcesses.fromPidFile(pidFile, command));

    it('finds the process of a pidfile, and sees it end', async () => {
      const child = start('sleep', '600');
      writeFileSync(pidFile, `${child.pid}\n`);
      const handle = byPidFile();
      assert.deepEqual([handle?.pid, handle?.isAlive()], [child.pid, true]);
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert.equal(handle?.isAlive(), false);
      assert.equal(byPidFile(), undefined);
    });

    it('takes a zombie for dead, even one that is called like a living one', async () => {
      const program = join(folder, 'a) S 1');
      symlinkSync('/bin/sleep', program);
      // A shell that starts a child, says its number, and does not wait for it.
      const parent = spawn('sh', ['-c', '"$0" 600 & echo $!; exec sleep 600', program], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      started.push(parent);
      const [output] = await once(parent.stdout, 'data');
      const pid = Number(String(output));
      writeFileSync(pidFile, String(pid));
      const handle = byPidFile();
      assert.equal(handle?.isAlive(), true);
      process.kill(pid, 'SIGKILL');
      while (handle?.isAlive() === true) await wait(2);
      assert.equal(process.kill(pid, 0), true, 'a signal still finds it');
      assert.equal(byPidFile(), undefined);
    });

    it('does not take another process for the one that had its number', () => {
      const child = start('sleep', '600');
      writeFileSync(pidFile, String(child.pid));
      const longAgo = new Date(Date.now() - 3_600_000);
      utimesSync(pidFile, longAgo, longAgo);
      assert.equal(byPidFile(['/usr/sbin/webd']), undefined);
      assert.equal(byPidFile(['/usr/bin/sleep'])?.pid, child.pid, 'the declared program itself is believed');
    });

    for (const content of ['', 'none', '-5', '0', '99999999999999', '12 34', 'x12'])
      it(`takes a pidfile with ${JSON.stringify(content)} for no process`, () => {
        writeFileSync(pidFile, content);
        assert.equal(byPidFile(), undefined);
      });

    it('takes a missing pidfile for no process', () => {
      assert.equal(held(linuxProcesses.fromPidFile(join(folder, 'none'), ['sleep'])), undefined);
    });

    it('finds the oldest process whose command line matches, and never the agent or its runner', async () => {
      const mark = `millwright-test-${process.pid}`;
      const match = async (): Promise<ProcessHandle | undefined> => held(await linuxProcesses.matching(mark));
      assert.equal(await match(), undefined);
      const runner = start('sh', '-c', 'sleep 600; :', 'millwright', 'web', 'sleep', mark);
      await once(runner, 'spawn');
      assert.equal(await match(), undefined, "the runner's shell");
      const first = start('sh', '-c', 'sleep 600; :', mark);
      await once(first, 'spawn');
      await wait(30);
      const second = start('sh', '-c', 'sleep 600; :', mark);
      await once(second, 'spawn');
      assert.equal((await match())?.pid, first.pid);
    });

    it('leaves no descriptor open', async () => {
      const before = readdirSync('/proc/self/fd').length;
      for (let times = 0; times < 5; times += 1) {
        (await linuxProcesses.matching('sh'))?.close();
        linuxProcesses.fromPidFile(pidFile, ['sleep'])?.close();
      }
      assert.equal(readdirSync('/proc/self/fd').length, before);
    });
  });
