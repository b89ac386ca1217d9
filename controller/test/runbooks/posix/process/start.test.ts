import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Ended, run, runStep } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'posix/process/start';

/** The fields of /proc/PID/stat after the name: state, parent, group, session, ... */
const statOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

describe('posix/process/start', () => {
  let scratch: Scratch;
  const started: number[] = [];
  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => {
    for (const pid of started.splice(0)) process.kill(-pid, 'SIGKILL');
    scratch.remove();
  });

  const pidFrom = (output: string): number => {
    const pid = Number(/as process (\d+)/.exec(output)?.[1]);
    assert.ok(pid > 1, output);
    started.push(pid);
    return pid;
  };

  it('starts the command, alive after the run, in a group and session of its own', async () => {
    const { status, output } = await runStep(id, 'fix', 'worker', 'sleep', '300');
    assert.equal(status, 0, output);
    const pid = pidFrom(output);
    const [state, , group, session] = statOf(pid);
    assert.match(String(state), /^[SR]$/);
    assert.deepEqual([group, session], [String(pid), String(pid)]);
    assert.deepEqual(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2), ['sleep', '300']);
  });

  it('leaves the process no stream of the run', async () => {
    const { output } = await runStep(id, 'fix', 'worker', 'sleep', '300');
    const pid = pidFrom(output);
    const { output: links } = await run(
      'readlink',
      [0, 1, 2].map((fd) => `/proc/${pid}/fd/${fd}`),
    );
    assert.deepEqual(links.trim().split('\n'), ['/dev/null', '/dev/null', '/dev/null']);
  });

  it('passes every argument as it is, whatever it holds', async () => {
    const args = ['a b', '$(touch /tmp/pwned)', '"quoted"', '-n', "it's", 'new\nline', '*', ''];
    const out = scratch.path('args');
    const { status, output } = await runStep(
      id,
      'fix',
      'x; y',
      '/bin/sh',
      '-c',
      'printf "%s\\0" "$@" >"$0"; exec sleep 300',
      out,
      ...args,
    );
    assert.equal(status, 0, output);
    pidFrom(output);
    // The process is on its way when the script ends.
    while (!existsSync(out) || readFileSync(out, 'utf8').split('\0').length <= args.length)
      await setTimeout(5);
    assert.deepEqual(readFileSync(out, 'utf8').split('\0').slice(0, -1), args);
  });

  /** On a busy machine a command may outlive the script's short wait: again, until the script sees it end. */
  const untilSeenToEnd = async (...command: string[]): Promise<Ended> => {
    for (let attempt = 1; ; attempt += 1) {
      const ended = await runStep(id, 'fix', 'worker', ...command);
      if (!/as process/.test(ended.output) || attempt === 50) return ended;
    }
  };

  it('takes a daemon that puts itself into the background', async () => {
    const { status, output } = await untilSeenToEnd('/bin/sh', '-c', 'exit 0');
    assert.equal(status, 0);
    assert.match(output, /into the background by itself/);
  });

  it('fails when the command ends at once, or cannot be executed', async () => {
    const failing = await untilSeenToEnd('/bin/sh', '-c', 'exit 7');
    assert.equal(failing.status, 1);
    assert.match(failing.output, /ended at once with status 7/);
    const missing = await untilSeenToEnd('/nonexistent/program');
    assert.equal(missing.status, 1);
    assert.match(missing.output, /ended at once with status 12[67]/);
  });

  for (const [what, args, expected] of [
    ['a program by path', ['worker', '/bin/sleep'], 0],
    ['a program by name', ['worker', 'sleep'], 0],
    ['no command', ['worker'], 3],
    ['a program that is not there', ['worker', '/nonexistent/program'], 3],
    ['a folder', ['worker', '/etc'], 3],
    ['a word that looks like an option', ['worker', '-v'], 3],
  ] as const)
    it(`checks ${what}: ${expected}`, async () => {
      const { status, output } = await runStep(id, 'check', ...args);
      assert.equal(status, expected, output);
    });
});
