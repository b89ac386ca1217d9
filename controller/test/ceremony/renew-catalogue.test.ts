import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue, publish } from '../../src/catalogue/index.ts';
import { addNamespace, renewCatalogue, signRunbooks } from '../../src/ceremony/index.ts';
import { day, Fixture, refusedWith } from '../catalogue/fixture.ts';
import { TufReader } from '../catalogue/tuf-reader.ts';

describe('renewing the catalogue', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = new Fixture();
  });
  afterEach(() => fixture.remove());

  it('signs every role for another lifetime and changes nothing else', async () => {
    await fixture.init({ namespaces: ['linux/service', 'linux/disk'] });
    await fixture.release(fixture.sample());
    const before = await loadCatalogue(fixture.dataDir);
    fixture.time += 29 * day;
    const renewed = await renewCatalogue(fixture.base);
    assert.deepEqual(
      renewed.map(({ role, have, need }) => [role, have >= need]),
      [
        ['targets', true],
        ['trust', true],
        ['agent', true],
        ['linux-service', true],
        ['linux-disk', true],
      ],
    );
    await publish(fixture.base);
    const after = await loadCatalogue(fixture.dataDir);
    assert.deepEqual([after.runbooks, after.trust], [before.runbooks, before.trust]);
    for (const role of after.roles) {
      const was = before.roles.find((other) => other.role === role.role);
      assert.ok(was !== undefined && role.expiresAt >= was.expiresAt + 28 * day, role.role);
    }
    const reader = new TufReader(
      fixture.dataDir,
      readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json')),
    );
    fixture.time += 20 * 3_600_000;
    assert.ok(await reader.find('linux/service/sample.json', fixture.time));
    await reader.remove();
  });

  it('takes two signers where the threshold is two', async () => {
    await fixture.init({ threshold: 2, keys: 3, namespaces: ['linux/service'] });
    fixture.time += 10 * day;
    await renewCatalogue({ ...fixture.base, offlineDir: fixture.custodian(1) });
    assert.deepEqual((await publish(fixture.base)).published, []);
    await renewCatalogue({ ...fixture.base, offlineDir: fixture.custodian(2) });
    assert.deepEqual(
      (await publish(fixture.base)).published.map(({ role }) => role),
      ['targets', 'trust', 'agent', 'linux-service'],
    );
  });
});

describe('adding a namespace', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = new Fixture();
  });
  afterEach(() => fixture.remove());

  it('makes room for its runbooks', async () => {
    await fixture.init();
    const folder = fixture.sample({ id: 'linux/printing/sample' });
    await assert.rejects(
      signRunbooks({ ...fixture.base, folders: [folder] }),
      refusedWith('namespace-unknown'),
    );
    assert.deepEqual(
      (await addNamespace({ ...fixture.base, namespace: 'linux/printing' })).map(({ role }) => role),
      ['targets', 'linux-printing'],
    );
    await signRunbooks({ ...fixture.base, folders: [folder] });
    await publish(fixture.base);
    const reader = new TufReader(
      fixture.dataDir,
      readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json')),
    );
    assert.ok(await reader.find('linux/printing/sample.json', fixture.time));
    await reader.remove();
    await assert.rejects(
      addNamespace({ ...fixture.base, namespace: 'linux/printing' }),
      refusedWith('namespace-known'),
    );
    await assert.rejects(
      addNamespace({ ...fixture.base, namespace: 'linux/*' }),
      refusedWith('namespace-malformed'),
    );
    for (const namespace of ['agent/linux', 'trust/linux'])
      await assert.rejects(addNamespace({ ...fixture.base, namespace }), refusedWith('namespace-malformed'));
  });

  it('takes two signers where the threshold is two, for the delegation and for the role', async () => {
    await fixture.init({ threshold: 2, keys: 3, namespaces: ['linux/service'] });
    const add = (number: number) =>
      addNamespace({ ...fixture.base, offlineDir: fixture.custodian(number), namespace: 'linux/printing' });
    assert.deepEqual(
      (await add(1)).map(({ role, have }) => [role, have]),
      [['targets', 1]],
    );
    assert.deepEqual(
      (await add(2)).map(({ role, have }) => [role, have]),
      [
        ['targets', 2],
        ['linux-printing', 1],
      ],
    );
    assert.deepEqual(
      (await add(1)).map(({ role, have }) => [role, have]),
      [
        ['targets', 2],
        ['linux-printing', 2],
      ],
    );
    assert.deepEqual(
      (await publish(fixture.base)).published.map(({ role }) => role),
      ['targets', 'linux-printing'],
    );
  });
});
