import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteNamed } from '../../src/identity/sites.ts';
import { openStore, type Store } from '../../src/store/index.ts';

describe('clients and sites by name', () => {
  let folder: string;
  let store: Store;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-sites-'));
    store = await openStore(join(folder, 'millwright.db'));
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const named = (client: string, site = 'Head office') => store.write((tx) => siteNamed(tx, client, site));

  it('have a short id that is made of the name', async () => {
    assert.deepEqual(await named('Hill & Sons', 'Shop 1'), {
      client: 'hill-sons',
      site: 'hill-sons/shop-1',
    });
  });

  it('are never shared by two names, whatever their letters', async () => {
    const names = ['株式会社', 'ООО Ромашка', 'ООО Заря', 'Ελληνική', 'Hill & Sons', 'Hill Sons', '!!!'];
    const ids = await Promise.all(names.map((name) => named(name)));
    assert.equal(new Set(ids.map(({ client }) => client)).size, names.length);
    const shops = await Promise.all(['北', '南', 'North', 'North!'].map((site) => named('Hill Sons', site)));
    assert.equal(new Set(shops.map(({ site }) => site)).size, 4);
  });

  it('are the same for the same name, however it is spaced or capitalised', async () => {
    assert.deepEqual(await named('  ооо  ЗАРЯ ', 'head OFFICE'), await named('ООО Заря'));
  });

  it('fit what the protocol and the API carry', async () => {
    const { client, site } = await named('w'.repeat(200), 'x'.repeat(200));
    assert.ok(client.length <= 64 && site.length <= 128, `${client} ${site}`);
    const again = await named(`${'w'.repeat(200)}!`, 'x'.repeat(200));
    assert.notEqual(again.client, client);
  });
});
