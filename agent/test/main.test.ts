import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockInstance, openState, statePath } from '../src/state/index.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('the agent as a program', function () {
  this.timeout(180_000);
  let folder: string;
  let configuration: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-agent-'));
    configuration = join(folder, 'agent.json');
    writeFileSync(configuration, JSON.stringify({ stateDir: join(folder, 'state') }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('says what it can do, and its version', () => {
    assert.match(run('--help').out, /millwright-agent enrol --bundle FILE/);
    assert.match(run('version').out, /^\d+\.\d+\.\d+\n$/);
  });

  it('answers wrong usage and a wrong configuration with one line that says what to do', () => {
    const cases: [string[], RegExp][] = [
      [['dance'], /there is no command dance; see millwright-agent --help/],
      [['run', '--fast'], /--fast.*see millwright-agent --help/],
      [['run', 'status'], /status: one command at a time/],
      [['enrol', '--config', configuration], /enrol needs --bundle FILE/],
      [['lift-quarantine', '--config', configuration], /needs a runbook's id/],
      [['run', '--config', join(folder, 'none.json')], /cannot read the configuration .*none\.json/],
      [['run', '--config', file('broken.json', '{')], /broken\.json is not JSON/],
      [
        ['run', '--config', file('wrong.json', '{"stateDir":"/s","policy":{"perHour":"many"}}')],
        /policy\.perHour/,
      ],
      [['run', '--config', file('extra.json', '{"stateDir":"/s","run":"rm -rf /"}')], /run/],
      [
        ['run', '--config', configuration],
        /this endpoint is not enrolled .*millwright-agent enrol --bundle FILE/,
      ],
      [
        ['enrol', '--config', configuration, '--bundle', file('bundle.json', '{}')],
        /is not an enrolment bundle/,
      ],
    ];
    for (const [args, says] of cases) {
      const { code, err } = run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, says);
      assert.equal(err.trimEnd().split('\n').length, 1, `one line, no stack: ${err}`);
    }
  });

  it('says so when the controller cannot be reached, and leaves nothing behind that looks enrolled', () => {
    const bundle = file(
      'bundle.json',
      JSON.stringify({ schema: 1, controller: '127.0.0.1:1', token: 'A'.repeat(22), ca: 'x', root: '{}' }),
    );
    const { code, err } = run('enrol', '--config', configuration, '--bundle', bundle);
    assert.equal(code, 1);
    assert.match(err, /cannot reach the controller at 127\.0\.0\.1:1/);
    assert.match(run('status', '--config', configuration).out, /not enrolled/);
  });

  it('tells whoever may not look that they may not, and not that the endpoint is not enrolled', () => {
    const stateDir = join(folder, 'state');
    mkdirSync(stateDir, { mode: 0o700 });
    writeFileSync(join(stateDir, 'identity.json'), '{}');
    chmodSync(folder, 0o755);
    for (const command of ['status', 'run', 'reset-clock']) {
      const args = [program, command, '--config', configuration];
      const { status, stderr } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        uid: 65_534,
        gid: 65_534,
      });
      assert.equal(status, 1);
      assert.match(stderr, /\(not-permitted\): EACCES.*; run this as the user of the service \(root/);
    }
  });

  it('lifts a quarantine, and the log of the endpoint tells of it', () => {
    const stateDir = join(folder, 'state');
    mkdirSync(stateDir);
    const { code, out } = run('lift-quarantine', 'linux/disk/clean', '--config', configuration);
    assert.deepEqual([code, out], [0, 'linux/disk/clean may run here again.\n']);
    const db = openState(statePath(stateDir));
    const { entry } = db.prepare('SELECT entry FROM audit').get() ?? {};
    db.close();
    assert.deepEqual(JSON.parse(String(entry)), { kind: 'quarantine-lifted', runbook: 'linux/disk/clean' });
  });

  it('tells its status as JSON', () => {
    assert.equal(JSON.parse(run('status', '--json', '--config', configuration).out).enrolled, false);
  });
});

describe('the lock on a state folder', () => {
  it('lets one agent in at a time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-lock-'));
    const unlock = lockInstance(join(folder, 'agent.lock'));
    assert.throws(() => lockInstance(join(folder, 'agent.lock')), { code: 'already-running' });
    unlock();
    lockInstance(join(folder, 'agent.lock'))();
    rmSync(folder, { recursive: true });
  });
});
