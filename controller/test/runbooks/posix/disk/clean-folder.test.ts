import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { runStep, runStepWith } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'posix/disk/clean-folder';

describe('posix/disk/clean-folder', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    mkdirSync(scratch.path('logs'));
    mkdirSync(scratch.path('elsewhere'));
  });
  afterEach(() => scratch.remove());

  const fix = (...patterns: string[]) => runStep(id, 'fix', scratch.path('logs'), '60', ...patterns);
  const check = (folder: string, ...patterns: string[]) => runStep(id, 'check', folder, '60', ...patterns);

  it('deletes what matches a pattern and is old enough, in folders below too, and nothing else', async () => {
    for (const name of ['a.log', 'b.tmp', 'deep/er/c.log', 'keep.txt', 'a.log.txt'])
      scratch.file(`logs/${name}`, 120);
    scratch.file('logs/young.log', 5);
    const { status, output } = await fix('*.log', '*.tmp');
    assert.equal(status, 0, output);
    assert.deepEqual(scratch.files('logs'), ['a.log.txt', 'keep.txt', 'young.log']);
    assert.deepEqual(output.trim().split('\n').length, 3);
  });

  it('copes with hostile names', async () => {
    const names = [
      '-rf.log',
      'two\nlines.log',
      ' spaces .log',
      '$(touch x).log',
      '*.log',
      "quo'te.log",
      '-delete',
      '\u0007bell.log',
      'ünï.log',
    ];
    for (const name of names) scratch.file(`logs/${name}`, 120);
    const { status, output } = await fix('*.log', '-delete');
    assert.equal(status, 0, output);
    assert.deepEqual(scratch.files('logs'), []);
  });

  it('neither follows a link nor deletes it', async () => {
    const outside = scratch.file('elsewhere/victim.log', 120);
    scratch.link(scratch.path('elsewhere'), 'logs/folder.log', 120);
    scratch.link(outside, 'logs/file.log', 120);
    const { status, output } = await fix('*.log');
    assert.equal(status, 0, output);
    assert.ok(existsSync(outside));
    assert.deepEqual(scratch.files('logs'), ['file.log', 'folder.log']);
  });

  it('deletes nothing when the folder itself has become a link', async () => {
    scratch.file('elsewhere/victim.log', 120);
    renameSync(scratch.path('logs'), scratch.path('moved'));
    symlinkSync(scratch.path('elsewhere'), scratch.path('logs'));
    assert.equal((await fix('*.log')).status, 3);
    assert.deepEqual(scratch.files('elsewhere'), ['victim.log']);
  });

  it('deletes nothing when a folder above it has become a link', async () => {
    const folder = scratch.path('project/logs');
    scratch.file('project/logs/own.log', 120);
    scratch.file('elsewhere/logs/victim.log', 120);
    renameSync(scratch.path('project'), scratch.path('moved'));
    symlinkSync(scratch.path('elsewhere'), scratch.path('project'));
    assert.equal((await check(folder, '*.log')).status, 3);
    assert.equal((await runStep(id, 'fix', folder, '60', '*.log')).status, 3);
    assert.deepEqual(scratch.files('elsewhere'), ['logs/victim.log']);
    assert.deepEqual(scratch.files('moved'), ['logs/own.log']);
  });

  it('stays on the filesystem', async () => {
    scratch.file('logs/a.log', 120);
    mkdirSync(scratch.path('logs/mounted'));
    // Another filesystem below the folder: shared memory, with a file of ours in it.
    const other = new Scratch('/dev/shm');
    try {
      other.file('b.log', 120);
      const { status, output } = await runStepWith(
        { [scratch.path('logs/mounted')]: other.dir },
        id,
        'fix',
        scratch.path('logs'),
        '60',
        '*.log',
      );
      assert.equal(status, 0, output);
      assert.deepEqual([scratch.files('logs'), other.files()], [[], ['b.log']]);
    } finally {
      other.remove();
    }
  });

  it('checks: goes on when there is something to delete', async () => {
    scratch.file('logs/a.log', 120);
    for (const folder of [scratch.path('logs'), `${scratch.path('logs')}/`])
      assert.equal((await check(folder, '*.log')).status, 0, folder);
  });

  it('checks: must not run when all is young, when nothing matches or no pattern is given', async () => {
    scratch.file('logs/a.log', 5);
    scratch.file('logs/b.txt', 120);
    assert.equal((await check(scratch.path('logs'), '*.log')).status, 3);
    assert.equal((await check(scratch.path('logs'))).status, 3);
  });

  it('checks: deletes nothing itself', async () => {
    scratch.file('logs/a.log', 120);
    await check(scratch.path('logs'), '*.log');
    assert.deepEqual(scratch.files('logs'), ['a.log']);
  });

  it('checks: refuses what is not a plain absolute folder', async () => {
    scratch.file('logs/a.log', 120);
    symlinkSync(scratch.path('logs'), scratch.path('link'));
    const refused = [
      '/',
      '//',
      'logs',
      '-logs',
      `${scratch.dir}/elsewhere/../logs`,
      `${scratch.dir}/logs/..`,
      scratch.path('link'),
      scratch.path('none'),
      scratch.path('logs/a.log'),
    ];
    for (const folder of refused) assert.equal((await check(folder, '*.log')).status, 3, folder);
  });
});
