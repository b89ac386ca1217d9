import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { runStepWith } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'linux/disk/clean-temp';
const day = 24 * 60;
/** Makes find take every file for old: a file's change time cannot be set back, so the days are set forward. */
const ANY_AGE = '-1';
/** In the namespace, a path on the filesystem of the test's folders. */
const sameFilesystem = '/tmp';

describe('linux/disk/clean-temp', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    for (const folder of ['tmp', 'var-tmp', 'outside']) mkdirSync(scratch.path(folder));
  });
  afterEach(() => scratch.remove());

  const step = (name: string, ...args: string[]) =>
    runStepWith({ '/var/tmp': scratch.path('var-tmp'), '/tmp': scratch.path('tmp') }, id, name, ...args);

  it('deletes from both places on the filesystem that fills, hostile names too', async () => {
    for (const name of ['tmp/a', 'tmp/-rf', 'tmp/two\nlines', 'tmp/deep/er/b', 'var-tmp/c', 'outside/d'])
      scratch.file(name, 30 * day);
    const { status, output } = await step('fix', sameFilesystem, ANY_AGE);
    assert.equal(status, 0, output);
    assert.deepEqual(
      [scratch.files('tmp'), scratch.files('var-tmp'), scratch.files('outside')],
      [[], [], ['d']],
    );
  });

  it('keeps links and what they lead to, and the lock files of X servers', async () => {
    const outside = scratch.file('outside/victim', 30 * day);
    scratch.link(scratch.path('outside'), 'tmp/folder', 30 * day);
    scratch.link(outside, 'tmp/file', 30 * day);
    scratch.file('tmp/.X0-lock', 30 * day);
    const { status, output } = await step('fix', sameFilesystem, ANY_AGE);
    assert.equal(status, 0, output);
    assert.ok(existsSync(outside));
    assert.deepEqual(scratch.files('tmp'), ['.X0-lock', 'file', 'folder']);
  });

  it('keeps what runs on without touching it: containers, private folders, locks', async () => {
    const kept = [
      'tmp/systemd-private-1-a.service-b/tmp/state',
      'tmp/podman-run-1000/libpod/pause.pid',
      'tmp/containers-user-1000/state',
      'tmp/hsperfdata_ada/4711',
      'tmp/mysql.sock.lock',
      'var-tmp/deep/daemon.pid',
    ];
    for (const name of kept) scratch.file(name, 30 * day);
    assert.equal((await step('check', sameFilesystem, ANY_AGE)).status, 3);
    const { status, output } = await step('fix', sameFilesystem, ANY_AGE);
    assert.equal(status, 0, output);
    assert.deepEqual(
      [
        ...scratch.files('tmp').map((name) => `tmp/${name}`),
        ...scratch.files('var-tmp').map((name) => `var-tmp/${name}`),
      ],
      kept.toSorted(),
    );
  });

  it('takes the subvolumes of one btrfs for one filesystem, and two of them for two', async () => {
    scratch.file('tmp/a', 30 * day);
    // No btrfs can be made here: its answers, as coreutils prints them.
    const answer = (name: string, text: string) => {
      scratch.file(`bin/${name}`, 0);
      writeFileSync(scratch.path('bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      chmodSync(scratch.path('bin', name), 0o755);
    };
    answer('stat', 'case "$1" in -f) echo btrfs ;; *) echo "$$" ;; esac');
    const check = () =>
      runStepWith(
        {
          '/usr/local/sbin': scratch.path('bin'),
          '/var/tmp': scratch.path('var-tmp'),
          '/tmp': scratch.path('tmp'),
        },
        id,
        'check',
        '/',
        ANY_AGE,
      );
    answer('df', 'echo Filesystem; echo "/dev/sda2 100 90 10 90% /"');
    assert.equal((await check()).status, 0);
    answer(
      'df',
      'echo Filesystem; [ "$3" = / ] && echo "/dev/sda2 1 1 0 9% /" || echo "/dev/sdb1 1 1 0 9% /tmp"',
    );
    assert.equal((await check()).status, 3);
  });

  it('keeps a file that was put there lately, however old it calls itself', async () => {
    scratch.file('tmp/unpacked', 30 * day);
    assert.equal((await step('fix', sameFilesystem, '7')).status, 0);
    assert.deepEqual(scratch.files('tmp'), ['unpacked']);
    assert.equal((await step('check', sameFilesystem, '7')).status, 3);
  });

  it('leaves places alone that lie on another filesystem', async () => {
    scratch.file('tmp/a', 30 * day);
    assert.equal((await step('check', '/proc', ANY_AGE)).status, 3);
    assert.equal((await step('fix', '/proc', ANY_AGE)).status, 0);
    assert.deepEqual(scratch.files('tmp'), ['a']);
  });

  it('checks: goes on when a file is old, and deletes nothing itself', async () => {
    scratch.file('var-tmp/a', 30 * day);
    assert.equal((await step('check', sameFilesystem, ANY_AGE)).status, 0);
    assert.deepEqual(scratch.files('var-tmp'), ['a']);
  });

  it('checks: must not run for a mount that is not there', async () => {
    assert.equal((await step('check', '/nonexistent', ANY_AGE)).status, 3);
  });
});
