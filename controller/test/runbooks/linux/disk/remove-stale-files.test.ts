import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { runStepWith } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'linux/disk/remove-stale-files';
const day = 24 * 60;
/** Makes find take every file for old: a file's change time cannot be set back, so the days are set forward. */
const ANY_AGE = '-1';

describe('linux/disk/remove-stale-files', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    for (const folder of ['tmp', 'var-tmp', 'log', 'outside']) mkdirSync(scratch.path(folder));
  });
  afterEach(() => scratch.remove());

  const step = (name: string, ...args: string[]) =>
    runStepWith(
      { '/var/log': scratch.path('log'), '/var/tmp': scratch.path('var-tmp'), '/tmp': scratch.path('tmp') },
      id,
      name,
      ...args,
    );

  it('deletes rotated logs that are stale, and no live or younger one', async () => {
    for (const name of [
      'syslog',
      'syslog.1',
      'syslog.2.gz',
      'app/x.log.old',
      'app/-y.xz',
      'app/x.log',
      'app/n\n.zst',
    ])
      scratch.file(`log/${name}`, 40 * day);
    scratch.file('log/mail.1', 10 * day);
    scratch.file('tmp/other', 40 * day);
    const { status, output } = await step('fix', '/var/log', 'rotated-logs', '30');
    assert.equal(status, 0, output);
    assert.deepEqual(scratch.files('log'), ['app/x.log', 'mail.1', 'syslog']);
    assert.deepEqual(scratch.files('tmp'), ['other']);
  });

  it('deletes stale temporary files, no link, no lock file of an X server', async () => {
    const outside = scratch.file('outside/victim', 40 * day);
    for (const name of ['tmp/a', 'tmp/.X1-lock', 'tmp/podman-run-1/x', 'var-tmp/b'])
      scratch.file(name, 40 * day);
    scratch.link(scratch.path('outside'), 'tmp/folder', 40 * day);
    scratch.link(outside, 'tmp/file', 40 * day);
    const { status, output } = await step('fix', '/tmp', 'temporary', ANY_AGE);
    assert.equal(status, 0, output);
    assert.ok(existsSync(outside));
    assert.deepEqual(
      [scratch.files('tmp'), scratch.files('var-tmp')],
      [['.X1-lock', 'file', 'folder', 'podman-run-1/x'], []],
    );
  });

  it('keeps a temporary file that was put there lately, however old it calls itself', async () => {
    scratch.file('tmp/unpacked', 40 * day);
    assert.equal((await step('check', '/tmp', 'temporary', '30')).status, 3);
    assert.equal((await step('fix', '/tmp', 'temporary', '30')).status, 0);
    assert.deepEqual(scratch.files('tmp'), ['unpacked']);
  });

  it('leaves places alone that lie on another filesystem', async () => {
    scratch.file('log/syslog.1', 40 * day);
    assert.equal((await step('check', '/proc', 'rotated-logs', '30')).status, 3);
    assert.equal((await step('fix', '/proc', 'rotated-logs', '30')).status, 0);
    assert.deepEqual(scratch.files('log'), ['syslog.1']);
  });

  it('checks: goes on only when something of that kind is stale, and deletes nothing', async () => {
    scratch.file('log/syslog.1', 40 * day);
    assert.equal((await step('check', '/var/log', 'rotated-logs', '30')).status, 0);
    assert.equal((await step('check', '/var/log', 'rotated-logs', '60')).status, 3);
    assert.equal((await step('check', '/var/log', 'temporary', '30')).status, 3);
    assert.deepEqual(scratch.files('log'), ['syslog.1']);
  });

  it('knows no other kind', async () => {
    scratch.file('log/syslog.1', 40 * day);
    for (const name of ['check', 'fix']) assert.equal((await step(name, '/var/log', '/etc', '2')).status, 3);
    assert.deepEqual(scratch.files('log'), ['syslog.1']);
  });
});
