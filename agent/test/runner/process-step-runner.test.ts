import assert from 'node:assert/strict';
import { ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ProcessStepRunner, type StartProcess } from '../../src/runner/index.ts';
import { orderOf } from './step-order.ts';

const runner = new ProcessStepRunner({ platform: process.platform === 'darwin' ? 'darwin' : 'linux' });

/** A process that ended, or only waits to be collected, is gone. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The kernel ends a killed process in its own time. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && lives(pid); tries += 1) await pause(10);
  return !lives(pid);
}

describe('ProcessStepRunner', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runner-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const pidIn = (file: string): number => Number(readFileSync(join(folder, file), 'utf8'));

  it('runs the text that it is given, with arguments as arguments and parameters on standard input', async () => {
    const report = await runner.run(
      orderOf('printf "%s|" "$0" "$@"; cat', {
        arguments: ['a b', '$(id)', "'"],
        parameters: { days: 7, mount: '/var' },
      }),
    );
    assert.deepEqual(
      { ...report, ms: 0 },
      {
        step: 'fix',
        ended: 'exited',
        exitCode: 0,
        ms: 0,
        output: `millwright|a b|$(id)|'|{"days":7,"mount":"/var"}`,
        truncated: false,
      },
    );
  });

  it('gives the exit code, and both streams', async () => {
    const { exitCode, output } = await runner.run(orderOf('echo out; echo err >&2; exit 10'));
    assert.deepEqual([exitCode, output.split('\n').sort()], [10, ['', 'err', 'out']]);
  });

  it('does not mind a script that leaves its input unread', async () => {
    const parameters = { text: 'x'.repeat(500_000) };
    assert.equal((await runner.run(orderOf('exec 0<&-; exit 0', { parameters }))).exitCode, 0);
  });

  it('starts scripts in a fixed folder', async () => {
    assert.equal((await runner.run(orderOf('pwd'))).output, '/\n');
  });

  it('keeps the end of the output', async () => {
    const report = await runner.run(
      orderOf('i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done', { outputBytes: 300 }),
    );
    assert.equal(Buffer.byteLength(report.output), 300);
    assert.ok(report.truncated);
    assert.ok(report.output.endsWith('line 19999\n'));
  });

  it('ends a step, and all that it started, when its time is over', async () => {
    const script = `sh -c 'sleep 300 & echo $! > ${folder}/child; wait' & sleep 300`;
    const report = await runner.run(orderOf(script, { timeoutMs: 500 }));
    assert.deepEqual([report.ended, report.exitCode], ['timed-out', null]);
    assert.ok(await gone(pidIn('child')));
  });

  it('ends what a script leaves in the background when it ends', async () => {
    const report = await runner.run(orderOf(`sleep 300 & echo $! > ${folder}/child; exit 0`));
    assert.deepEqual([report.ended, report.exitCode], ['exited', 0]);
    assert.ok(await gone(pidIn('child')));
  });

  // Only Linux shows the marker that this is found by.
  const onLinux = process.platform === 'linux' ? it : () => {};
  onLinux('ends what has left the group and the session, even while it changes its program', async () => {
    // The moment in which a process shows no environment is short: a hundred tries meet it now and then.
    for (let tries = 0; tries < 100; tries += 1) {
      rmSync(join(folder, 'child'), { force: true });
      const report = await runner.run(
        orderOf(
          `setsid sh -c 'echo $$ > ${folder}/child; exec sleep 300' </dev/null >/dev/null 2>&1 & while [ ! -s ${folder}/child ]; do :; done`,
        ),
      );
      assert.equal(report.exitCode, 0);
      assert.ok(await gone(pidIn('child')));
    }
  });

  describe('a runbook that detaches', () => {
    const start = (): string => `sleep 300 </dev/null >/dev/null 2>&1 & echo $! > ${folder}/daemon`;
    afterEach(() => {
      if (existsSync(join(folder, 'daemon')) && lives(pidIn('daemon')))
        process.kill(pidIn('daemon'), 'SIGKILL');
    });

    it('leaves what the script has started, and a later step does not end it', async () => {
      const fix = orderOf(start(), { detaches: true });
      assert.equal((await runner.run(fix)).exitCode, 0);
      const verify = orderOf('exit 0', { step: 'verify', marker: fix.marker.replace('fix', 'verify') });
      assert.equal((await runner.run(verify)).exitCode, 0);
      assert.ok(lives(pidIn('daemon')));
    });

    it('is ended with all that it started when it was killed', async () => {
      await runner.run(orderOf(`${start()}; kill -9 $$`, { detaches: true }));
      assert.ok(await gone(pidIn('daemon')));
    });
  });

  it('leaves nothing of a runbook that detaches when its time is over', async () => {
    const script = `sleep 300 </dev/null >/dev/null 2>&1 & echo $! > ${folder}/child; sleep 300`;
    assert.equal((await runner.run(orderOf(script, { detaches: true, timeoutMs: 500 }))).ended, 'timed-out');
    assert.ok(await gone(pidIn('child')));
  });

  it('does not wait for the output of what was left', async () => {
    const report = await runner.run(
      orderOf(`sleep 300 & echo $! > ${folder}/daemon; echo done`, { detaches: true }),
    );
    process.kill(pidIn('daemon'), 'SIGKILL');
    assert.deepEqual([report.ended, report.output], ['exited', 'done\n']);
  });

  it('says when a script was killed from outside', async () => {
    const report = await runner.run(orderOf('kill -9 $$'));
    assert.deepEqual([report.ended, report.exitCode], ['killed', null]);
  });

  it('waits no longer for a process that the kernel does not end', async () => {
    // As one that waits for a server of files that is gone: killed, it never says that it ended.
    const start: StartProcess = () => new ChildProcess();
    const stuck = new ProcessStepRunner({ platform: 'linux', start, endingMs: 10 });
    const report = await stuck.run(orderOf('', { timeoutMs: 10 }));
    assert.deepEqual([report.ended, report.exitCode], ['timed-out', null]);
    assert.match(report.output, /does not end/);
  });

  it('says when an interpreter could not be started', async () => {
    for (const start of [failingLate, failingAtOnce]) {
      const report = await new ProcessStepRunner({ platform: 'linux', start }).run(orderOf('true'));
      assert.deepEqual([report.ended, report.exitCode], ['could-not-start', null]);
      assert.match(report.output, /could not start/);
    }
  });

  onLinux('ends what an earlier process of the agent has left, by its marker', async () => {
    const order = orderOf(`sleep 300 </dev/null >/dev/null 2>&1 & echo $! > ${folder}/child`, {
      detaches: true,
    });
    await runner.run(order);
    runner.endLeftovers('00000000-0000-4000-8000-000000000000/fix');
    assert.ok(lives(pidIn('child')));
    runner.endLeftovers(order.marker);
    assert.ok(await gone(pidIn('child')));
  });
});

const failingLate: StartProcess = (_file, args, options) => spawn('/nonexistent/interpreter', args, options);
const failingAtOnce: StartProcess = () => {
  throw new Error('EAGAIN');
};
