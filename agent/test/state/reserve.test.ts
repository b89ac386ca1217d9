import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Outbox } from '../../src/outbox/index.ts';
import { keepReserve, openState, RESERVE_BYTES, roomOf } from '../../src/state/index.ts';
import { checkState } from '../../src/state/state-collector.ts';
import { SmallDisk } from './small-disk.ts';

const body = { type: 'agent-started', version: 'x'.repeat(64), previous: 'killed' } as const;
const clock = { now: () => 1 };

describe('what the state keeps for itself on the disk', () => {
  let disk: SmallDisk;
  let file: string;
  let db: DatabaseSync;
  beforeEach(() => {
    disk = new SmallDisk(16);
    file = join(disk.path, 'state.db');
    db = openState(file);
  });
  afterEach(() => {
    if (db.isOpen) db.close();
    disk.remove();
  });

  /** Commits until the disk refuses, and says how much went in, in bytes. */
  const writeAll = (): number => {
    const insert = db.prepare("INSERT INTO outbox (at, body) VALUES (1, printf('%.*c', 3500, 'x'))");
    for (let rows = 0; ; rows += 1) {
      try {
        insert.run();
      } catch (error) {
        assert.equal(error instanceof Error && 'errcode' in error && error.errcode, 13);
        return rows * 3500;
      }
    }
  };

  it('takes commits with not one block left on the filesystem, over a restart and after a crash', () => {
    keepReserve(db);
    disk.fill();
    assert.equal(disk.freeBlocks, 0);
    new Outbox(db, clock).append(body);
    db.close();
    db = openState(file);
    new Outbox(db, clock).append(body);
    db.close();
    const crash = spawnSync(process.execPath, [join(import.meta.dirname, 'die-in-transaction.ts'), file]);
    assert.equal(crash.signal, 'SIGKILL', String(crash.stderr));
    db = openState(file);
    const outbox = new Outbox(db, clock);
    assert.equal(outbox.waiting(), 2, 'the half transaction is undone');
    outbox.append(body);
    assert.equal(disk.freeBlocks, 0);
    assert.ok(writeAll() > RESERVE_BYTES / 2);
  });

  it('takes nothing where none was kept: that is what the test above would show', () => {
    disk.fill();
    assert.ok(writeAll() < 64 * 1024);
  });

  it('is bounded, and topped up only when it is low', () => {
    keepReserve(db);
    const first = statSync(file).size;
    assert.ok(roomOf(db).reserveBytes >= RESERVE_BYTES);
    for (let time = 0; time < 3; time += 1) keepReserve(db);
    const sizes = [file, `${file}-journal`].map((name) => statSync(name).size);
    assert.equal(sizes[0], first);
    assert.ok(
      sizes.every((size) => size < 1.1 * RESERVE_BYTES),
      String(sizes),
    );
  });

  it('has really been written: no block of it is a hole that the disk would have to fill later', () => {
    keepReserve(db);
    for (const name of [file, `${file}-journal`]) {
      const { blocks, size } = statSync(name);
      assert.ok(blocks * 512 >= size, name);
    }
  });

  it('does not take the last of a disk', () => {
    const small = new SmallDisk(6);
    const there = openState(join(small.path, 'state.db'));
    keepReserve(there);
    assert.ok(roomOf(there).reserveBytes < RESERVE_BYTES / 8);
    there.close();
    small.remove();
  });

  it('frees what a process that died had filled, also on a full disk', () => {
    keepReserve(db);
    const before = roomOf(db).reserveBytes;
    db.exec('INSERT INTO reserve VALUES (randomblob(2000000))');
    disk.fill();
    keepReserve(db);
    assert.equal(roomOf(db).reserveBytes, before);
  });

  it('says by name how the state stands, and is well again by itself', () => {
    checkState(db);
    disk.fill();
    assert.throws(() => checkState(db), { code: 'state-on-reserve' });
    writeAll();
    const outbox = new Outbox(db, clock);
    assert.throws(() => {
      for (;;) outbox.append(body);
    });
    assert.throws(() => checkState(db), { code: 'state-unwritable' });
    disk.free();
    checkState(db);
    assert.ok(roomOf(db).reserveBytes >= RESERVE_BYTES);
    assert.ok(existsSync(`${file}-journal`));
  });
});
