import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilesystemReading } from '@millwright/shared/readings';
import { type Figures, filesystemCollector } from '../../../src/collect/filesystems/filesystem-collector.ts';
import { Lane } from '../../../src/collect/filesystems/lane.ts';
import { linuxFilesystems } from '../../../src/collect/filesystems/linux.ts';
import type { Mount } from '../../../src/collect/filesystems/mountinfo.ts';

const clock = { now: () => 5 };
const never = new AbortController().signal;
const mount = (path: string, fields: Partial<Mount> = {}): Mount => ({
  mount: path,
  device: '/dev/x',
  type: 'ext4',
  readOnly: false,
  mountedReadOnly: false,
  remote: false,
  ...fields,
});
const figures: Figures = { bsize: 4096, blocks: 1000, bfree: 300, bavail: 250, files: 100, ffree: 40 };
const hang = (): Promise<never> => new Promise(() => {});

describe('filesystem collector', () => {
  const collect = async (mounts: Mount[], read: (path: string) => Promise<Figures>) =>
    filesystemCollector(1000, { mounts: async () => mounts, figures: read }, clock, 20).collect(never);

  it('reads sizes as df does: without what is reserved for root', async () => {
    const { readings } = await collect([mount('/')], async () => figures);
    assert.deepEqual(readings, [
      {
        kind: 'filesystem',
        at: 5,
        mount: '/',
        device: '/dev/x',
        type: 'ext4',
        totalBytes: 950 * 4096,
        freeBytes: 250 * 4096,
        inodesTotal: 100,
        inodesFree: 40,
        readOnly: false,
      },
    ]);
  });

  it('names a mount that does not answer, and reads the others', async () => {
    const { readings, unread } = await collect(
      [mount('/nas', { remote: true, type: 'nfs4' }), mount('/')],
      (path) => (path === '/nas' ? hang() : Promise.resolve(figures)),
    );
    assert.deepEqual(
      readings.map((reading) => reading.kind === 'filesystem' && reading.mount),
      ['/'],
    );
    assert.deepEqual(unread, [{ key: 'filesystem:/nas', reason: '/nas (nfs4) does not answer' }]);
  });

  it('says where a path is too long to be told, and reads the others', async () => {
    const long = `/${'x'.repeat(512)}`;
    const { readings, unread } = await collect([mount(long), mount('/')], async () => figures);
    assert.equal(readings.length, 1);
    assert.match(unread[0]?.reason ?? '', /longer than 512 characters: \/xxx/);
  });

  it('holds three calls at most, however many mounts are dead and however often it is asked', async () => {
    let calls = 0;
    const mounts = ['/a', '/b', '/c', '/d'].flatMap((path) => [
      mount(path),
      mount(`/net${path}`, { remote: true }),
    ]);
    const collector = filesystemCollector(
      1000,
      {
        mounts: async () => mounts,
        figures: () => {
          calls += 1;
          return hang();
        },
      },
      clock,
      10,
    );
    for (let times = 0; times < 3; times += 1) {
      const { unread } = await collector.collect(never);
      assert.equal(unread.length, mounts.length);
    }
    assert.equal(calls, 3);
  });

  it('names a mount whose figures cannot be read', async () => {
    const { unread } = await collect([mount('/')], () => Promise.reject(new Error('EIO: i/o error')));
    assert.deepEqual(unread, [{ key: 'filesystem:/', reason: '/: EIO: i/o error' }]);
  });

  it('tells what was mounted read-only from what turned so', async () => {
    const mounts = [mount('/cd', { readOnly: true, mountedReadOnly: true }), mount('/data')];
    const collector = filesystemCollector(
      1000,
      { mounts: async () => mounts, figures: async () => figures },
      clock,
    );
    const choices = async () =>
      (await collector.collect(never)).readings.map(
        (reading) => reading.kind === 'filesystem' && [reading.readOnly, reading.readOnlyByChoice],
      );
    assert.deepEqual(await choices(), [
      [true, true],
      [false, undefined],
    ]);
    mounts[1] = mount('/data', { readOnly: true, mountedReadOnly: true });
    assert.deepEqual(await choices(), [
      [true, true],
      [true, undefined],
    ]);
  });

  if (process.platform !== 'linux') return;

  it('sees this host as it is', async () => {
    const { readings } = await filesystemCollector(1000, linuxFilesystems, clock).collect(never);
    const root = readings.find(
      (reading): reading is FilesystemReading => reading.kind === 'filesystem' && reading.mount === '/',
    );
    const { blocks, bsize } = statfsSync('/');
    assert.ok(root !== undefined && root.totalBytes > 0 && root.totalBytes <= blocks * bsize);
    assert.ok(
      !readings.some((reading) => reading.kind === 'filesystem' && /^\/(proc|sys|run)/.test(reading.mount)),
    );
  });

  // Mounting is for root.
  if (process.getuid?.() !== 0) return;

  it('sees a memory filesystem fill, go read-only and go', async () => {
    const path = mkdtempSync(join(tmpdir(), 'millwright-fs-'));
    const collector = filesystemCollector(1000, linuxFilesystems, clock);
    const look = async (): Promise<FilesystemReading | undefined> =>
      (await collector.collect(never)).readings.find(
        (reading): reading is FilesystemReading => reading.kind === 'filesystem' && reading.mount === path,
      );
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path]);
    try {
      assert.equal((await look())?.freeBytes, 8 * 1024 * 1024);
      writeFileSync(join(path, 'big'), Buffer.alloc(8 * 1024 * 1024 - 65_536));
      assert.equal((await look())?.freeBytes, 65_536);
      execFileSync('mount', ['-o', 'remount,ro', path]);
      const reading = await look();
      assert.deepEqual([reading?.readOnly, reading?.readOnlyByChoice], [true, undefined]);
    } finally {
      execFileSync('umount', [path]);
      rmSync(path, { recursive: true });
    }
    assert.equal(await look(), undefined);
  });
});

describe('lane', () => {
  it('lets a waiting call go when one comes back, and drops it when its time is over', async () => {
    const lane = new Lane(1);
    let answer: ((value: string) => void) | undefined;
    const first = lane.call(
      'a',
      10_000,
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    );
    const dropped = await lane.call('b', 5, async () => assert.fail('must not start'));
    assert.equal(dropped, undefined);
    const second = lane.call('c', 10_000, async () => 'second');
    answer?.('first');
    assert.deepEqual(await Promise.all([first, second]), ['first', 'second']);
    assert.equal(lane.stuck.size, 0);
  });

  it('asks no subject again that has not answered yet', async () => {
    const lane = new Lane(5);
    assert.equal(await lane.call('a', 5, hang), undefined);
    assert.equal(await lane.call('a', 5, async () => assert.fail('must not start')), undefined);
    assert.deepEqual([...lane.stuck], ['a']);
  });

  it('goes on after a call that failed', async () => {
    const lane = new Lane(1);
    await assert.rejects(
      lane.call('a', 1000, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await lane.call('a', 1000, async () => 'yes'), 'yes');
  });
});
