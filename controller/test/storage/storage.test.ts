import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GiB } from '@millwright/shared/units';
import { roomOf, storageOf } from '../../src/storage/index.ts';
import { openStore } from '../../src/store/index.ts';

describe('the room for a data folder', () => {
  for (const [freeBytes, room] of [
    [0, 'too-little'],
    [GiB / 5 - 1, 'too-little'],
    [GiB / 5, 'little'],
    [GiB - 1, 'little'],
    [GiB, 'enough'],
  ] as const)
    it(`is ${room} with ${freeBytes} bytes free`, () => assert.equal(roomOf(freeBytes), room));

  it('is measured on its filesystem, with what the database takes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-storage-'));
    const file = join(folder, 'millwright.db');
    const store = await openStore(file);
    const measured = await storageOf(folder);
    assert.equal(measured.databaseBytes, statSync(file).size);
    assert.equal(measured.logBytes, statSync(`${file}-wal`).size);
    assert.ok(measured.logBytes > 0);
    const { blocks, bsize } = await statfs(folder);
    assert.equal(measured.totalBytes, blocks * bsize);
    assert.equal(measured.room, roomOf(measured.freeBytes));
    await store.close();
    rmSync(folder, { recursive: true });
  });
});
