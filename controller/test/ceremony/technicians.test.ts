import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keyIdOf, readTrustDocument } from '@millwright/shared/trust';
import { loadCatalogue, publish, readOnlineKey } from '../../src/catalogue/index.ts';
import { addTechnician, removeTechnician } from '../../src/ceremony/index.ts';
import { Fixture, refusedWith } from '../catalogue/fixture.ts';

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const newKey = (): KeyObject => generateKeyPairSync('ed25519').publicKey;

describe('technicians', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = new Fixture();
  });
  afterEach(() => fixture.remove());

  const reach = { name: 'Ada', namespaces: ['linux/disk/*'], clients: ['*'] };
  const add = (key: KeyObject, options: { offlineDir?: string; name?: string; namespaces?: string[] } = {}) =>
    addTechnician({ ...fixture.base, ...reach, publicKey: pemOf(key), ...options });
  const names = async (): Promise<string[]> =>
    (await loadCatalogue(fixture.dataDir)).trust.technicians.map(({ name }) => name);

  it('count once they are signed and published', async () => {
    await fixture.init();
    const [ada, ben] = [newKey(), generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey];
    const { keyid, have, need } = await add(ada);
    assert.deepEqual([keyid, have, need], [keyIdOf(ada), 1, 1]);
    await add(ben, { name: 'Ben' });
    assert.deepEqual(await names(), []);
    await publish(fixture.base);
    const { trust } = await loadCatalogue(fixture.dataDir);
    assert.deepEqual(
      trust.technicians.map(({ name, namespaces, clients }) => [name, namespaces, clients]),
      [
        ['Ada', ['linux/disk/*'], ['*']],
        ['Ben', ['linux/disk/*'], ['*']],
      ],
    );
    const read = readTrustDocument(trust);
    assert.ok(read.technicianKeys.get(keyid)?.equals(ada));
    assert.equal(read.warrantKeys.size, 1);
  });

  it('can be removed', async () => {
    await fixture.init();
    const ada = newKey();
    await add(ada);
    await publish(fixture.base);
    await removeTechnician({ ...fixture.base, keyid: keyIdOf(ada) });
    assert.deepEqual(await names(), ['Ada']);
    await publish(fixture.base);
    assert.deepEqual(await names(), []);
  });

  it('have one key each, under one name', async () => {
    await fixture.init();
    const key = newKey();
    await add(key);
    await assert.rejects(add(key, { name: 'Ada again' }), refusedWith('technician-known'));
    await publish(fixture.base);
    await assert.rejects(add(key), refusedWith('technician-known'));
    const warrant = createPublicKey(await readOnlineKey(fixture.dataDir, 'warrant'));
    await assert.rejects(add(warrant), refusedWith('technician-known'));
  });

  it('are refused with a key that cannot be one, or a reach that says nothing', async () => {
    await fixture.init();
    const privateKey = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
    for (const publicKey of [privateKey, rsa, 'nonsense', ''])
      await assert.rejects(
        addTechnician({ ...fixture.base, ...reach, publicKey }),
        refusedWith('key-unusable'),
      );
    await assert.rejects(add(newKey(), { namespaces: [] }), refusedWith('technician-malformed'));
    await assert.rejects(add(newKey(), { namespaces: ['linux/*/x'] }), refusedWith('technician-malformed'));
    await assert.rejects(add(newKey(), { name: '' }), refusedWith('technician-malformed'));
  });

  it('need as many signers as the threshold says', async () => {
    await fixture.init({ threshold: 2, keys: 3 });
    const key = newKey();
    const added = await Promise.all([add(key, { offlineDir: fixture.custodian(1) })]);
    assert.deepEqual(
      added.map(({ have, need }) => [have, need]),
      [[1, 2]],
    );
    await publish(fixture.base);
    assert.deepEqual(await names(), []);
    assert.equal((await add(key, { offlineDir: fixture.custodian(2) })).have, 2);
    assert.equal((await add(key, { offlineDir: fixture.custodian(3) })).have, 3);
    await publish(fixture.base);
    assert.deepEqual(await names(), ['Ada']);
  });
});
