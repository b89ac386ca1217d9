import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../src/store/index.ts';

describe('the store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-store-'));
  after(() => rmSync(folder, { recursive: true }));

  it('knows what others have committed from what it committed itself', async () => {
    const file = join(folder, 'millwright.db');
    const own = await openStore(file);
    const other = await openStore(file);
    const write = (store: Store, key: string) =>
      store.write((tx) => tx.insertInto('settings').values({ key, value: '1' }).execute());
    assert.equal(await own.changedElsewhere(), false);
    await write(own, 'own');
    assert.equal(await own.changedElsewhere(), false);
    await write(other, 'other');
    await write(own, 'own too');
    assert.equal(await own.changedElsewhere(), true);
    assert.equal(await own.changedElsewhere(), false);
    await other.close();
    await own.close();
  });
});
