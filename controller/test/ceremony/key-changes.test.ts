import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyIdOf, TRUST_TARGET } from '@millwright/shared/trust';
import { durableFiles, loadCatalogue, makeNextOnlineKey, publish } from '../../src/catalogue/index.ts';
import { catalogueOf } from '../../src/catalogue/layout.ts';
import { timestampOf } from '../../src/catalogue/online-roles.ts';
import { readPublished } from '../../src/catalogue/published.ts';
import { metadataBytes } from '../../src/catalogue/tuf-document.ts';
import {
  addTechnician,
  changeKeys,
  discardStaged,
  type KeyPlan,
  listKeys,
  makeCustodianFolder,
  noChange,
  raiseThreshold,
  renewCatalogue,
  signRunbooks,
} from '../../src/ceremony/index.ts';
import { AGENT_ROLE } from '../../src/ceremony/namespaces.ts';
import { openCeremony } from '../../src/ceremony/open-ceremony.ts';
import { stageRole } from '../../src/ceremony/stage-role.ts';
import { day, Fixture, refusedWith } from '../catalogue/fixture.ts';
import { TufReader } from '../catalogue/tuf-reader.ts';

const namespaces = ['linux/service', 'linux/disk'];
const sample = 'linux/service/sample.json';

describe('changing who signs', () => {
  let fixture: Fixture;
  let readers: TufReader[];
  beforeEach(() => {
    fixture = new Fixture();
    readers = [];
  });
  afterEach(async () => {
    fixture.remove();
    for (const reader of readers) await reader.remove();
  });

  /** A client that knows the first root and nothing else yet. */
  const reader = (): TufReader => {
    const root = readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json'));
    const made = new TufReader(fixture.dataDir, root);
    readers.push(made);
    return made;
  };
  const signers = async (): Promise<string[]> =>
    (await listKeys(fixture.base)).roles.map(
      ({ role, threshold, keys }) => `${role} ${threshold}/${keys.length}`,
    );
  const idsOf = async (role: string): Promise<string[]> => {
    const { roles } = await listKeys(fixture.base);
    return roles.find((listed) => listed.role === role)?.keys.map(({ keyid }) => keyid) ?? [];
  };
  const change = (plan: Partial<KeyPlan>, options: object = {}) =>
    changeKeys({ ...fixture.base, ...options }, { ...noChange, ...plan });

  it('raises one key of one to two of three, and every client follows', async () => {
    await fixture.init({ namespaces });
    await fixture.release(fixture.sample());
    const before = reader();
    assert.ok(await before.find(sample, fixture.time));

    const { roles, keyFiles } = await raiseThreshold({ ...fixture.base, threshold: 2, keys: 3 });
    assert.equal(keyFiles.length, 10);
    assert.deepEqual(
      roles.map(({ role, have, need }) => [role, have >= need]),
      ['root', 'targets', 'trust', 'agent', 'linux-service', 'linux-disk'].map((role) => [role, true]),
    );
    assert.equal((await loadCatalogue(fixture.dataDir)).root.version, 1, 'nothing is in force yet');
    const { published, waiting } = await publish(fixture.base);
    assert.deepEqual([published.length, waiting], [6, []]);
    assert.deepEqual(await signers(), [
      'root 2/3',
      'targets 2/3',
      'trust 2/3',
      'agent 2/3',
      'linux-service 2/3',
      'linux-disk 2/3',
      'snapshot 1/1',
      'timestamp 1/1',
    ]);
    assert.ok(await before.find(sample, fixture.time));
    assert.ok(await reader().find(sample, fixture.time), 'and one that comes with the first root');

    const sign = (number: number) =>
      signRunbooks({
        ...fixture.base,
        offlineDir: fixture.custodian(number),
        folders: [fixture.sample({ id: 'linux/disk/later' })],
      });
    await sign(1);
    assert.deepEqual((await publish(fixture.base)).published, [], 'one alone no longer signs');
    await sign(3);
    assert.deepEqual(
      (await publish(fixture.base)).published.map(({ role }) => role),
      ['linux-disk'],
    );
    assert.ok(await before.find('linux/disk/later.json', fixture.time));
  });

  it('lowers a threshold again, with the signatures of as many as it took', async () => {
    await fixture.init({ namespaces, threshold: 2, keys: 2 });
    const lower = (number: number) =>
      change({ thresholds: { root: 1 } }, { offlineDir: fixture.custodian(number) });
    assert.deepEqual(
      (await lower(1)).map(({ role, have, need }) => [role, have, need]),
      [['root', 1, 2]],
    );
    const { published, waiting } = await publish(fixture.base);
    assert.deepEqual([published, waiting], [[], [{ role: 'root', version: 2, have: 1, need: 2 }]]);
    await lower(2);
    await publish(fixture.base);
    assert.deepEqual((await signers())[0], 'root 1/2');
  });

  it('replaces a custodian whose keys are lost, while a threshold remains', async () => {
    await fixture.init({ namespaces, threshold: 2, keys: 3 });
    await fixture.release(fixture.sample());
    const client = reader();
    await client.find(sample, fixture.time);
    const eve = await makeCustodianFolder({
      dataDir: fixture.dataDir,
      offlineDir: join(fixture.dir, 'eve'),
      name: 'Eve',
    });
    const lost = await Promise.all(
      ['root', 'targets', 'trust', 'agent', 'linux-disk'].map(async (role) => (await idsOf(role))[2] ?? ''),
    );
    const plan: Partial<KeyPlan> = {
      add: (['root', 'targets', 'runbooks', 'trust', 'agent'] as const).map((group) => ({
        group,
        key: eve.keys.keys[group],
        holder: 'Eve',
      })),
      remove: lost,
    };
    for (const number of [1, 2]) await change(plan, { offlineDir: fixture.custodian(number) });
    await publish(fixture.base);
    assert.equal((await idsOf('root')).length, 3);
    for (const role of ['root', 'linux-service'])
      assert.ok(!(await idsOf(role)).some((id) => lost.includes(id)));
    assert.ok(await client.find(sample, fixture.time));

    // The lost folder counts for nothing now, and Eve's does.
    const folders = [fixture.sample({ id: 'linux/disk/later' })];
    await assert.rejects(
      signRunbooks({ ...fixture.base, offlineDir: fixture.custodian(3), folders }),
      refusedWith('key-missing'),
    );
    await signRunbooks({ ...fixture.base, offlineDir: join(fixture.dir, 'eve'), folders });
    await signRunbooks({ ...fixture.base, offlineDir: fixture.custodian(1), folders });
    await publish(fixture.base);
    assert.ok(await client.find('linux/disk/later.json', fixture.time));
  });

  it('gives a role to new keys by the root alone where its only key is lost', async () => {
    await fixture.init({ namespaces });
    await fixture.release(fixture.sample());
    const [lost = ''] = await idsOf('targets');
    rmSync(join(fixture.offlineDir, 'keys/targets-1.pem'));
    const eve = await makeCustodianFolder({
      ...fixture.base,
      offlineDir: join(fixture.dir, 'eve'),
      name: 'Eve',
    });
    cpSync(join(fixture.dir, 'eve/keys/targets-1.pem'), join(fixture.offlineDir, 'keys/targets-2.pem'));
    await change({ add: [{ group: 'targets', key: eve.keys.keys.targets }], remove: [lost] });
    await publish(fixture.base);
    assert.ok(await reader().find(sample, fixture.time));
  });

  it('refuses what cannot be, and stages nothing of it', async () => {
    await fixture.init({ namespaces });
    const eve = await makeCustodianFolder({
      ...fixture.base,
      offlineDir: join(fixture.dir, 'eve'),
      name: 'Eve',
    });
    const { root, targets } = eve.keys.keys;
    const [rootId = ''] = await idsOf('root');
    const { published } = await openCeremony(fixture.base);
    const own = published.root.signed.keys[rootId]?.keyVal.public ?? '';
    const known = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: own } };
    for (const [code, plan] of [
      ['threshold-impossible', { thresholds: { root: 2 } }],
      ['threshold-impossible', { thresholds: { trust: 0 } }],
      ['threshold-impossible', { remove: [rootId] }],
      ['key-unknown', { remove: ['0'.repeat(64)] }],
      ['key-known', { add: [{ group: 'targets', key: known }] }],
      [
        'key-known',
        {
          add: [
            { group: 'root', key: root },
            { group: 'trust', key: root },
          ],
        },
      ],
      ['plan-empty', { thresholds: { root: 1 } }],
    ] as const)
      await assert.rejects(change(plan), refusedWith(code), JSON.stringify(plan));
    rmSync(join(fixture.offlineDir, 'keys/root-1.pem'));
    await assert.rejects(change({ add: [{ group: 'targets', key: targets }] }), refusedWith('key-missing'));
    assert.deepEqual((await publish(fixture.base)).waiting, []);
  });

  it('lets one change be published before another begins, unless that is given up', async () => {
    await fixture.init({ namespaces });
    await raiseThreshold({ ...fixture.base, threshold: 1, keys: 2 });
    await assert.rejects(change({ thresholds: { root: 1 }, remove: [] }), refusedWith('plan-empty'));
    await assert.rejects(
      raiseThreshold({ ...fixture.base, threshold: 1, keys: 3 }),
      refusedWith('staged-differs'),
    );
    await raiseThreshold({ ...fixture.base, threshold: 1, keys: 3, replace: true });
    await publish(fixture.base);
    assert.deepEqual((await signers())[0], 'root 1/3');
  });

  it('can be given up, so that what waited for it is published', async () => {
    await fixture.init({ namespaces, threshold: 2, keys: 3 });
    await assert.rejects(discardStaged(fixture.dataDir), refusedWith('nothing-pending'));
    const lower = { thresholds: { runbooks: 1 } };
    await change(lower, { offlineDir: fixture.custodian(1) });
    const sign = (number: number, replace: boolean) =>
      renewCatalogue({ ...fixture.base, offlineDir: fixture.custodian(number), replace });
    await assert.rejects(sign(1, false), refusedWith('staged-differs'));
    assert.deepEqual(await discardStaged(fixture.dataDir), ['targets', 'linux-service', 'linux-disk']);
    await sign(1, true);
    await sign(2, false);
    const { published, waiting } = await publish(fixture.base);
    assert.deepEqual([published.length, waiting], [5, []]);
  });

  it('delegates agent/* in a catalogue from before that role', async () => {
    await fixture.init({ namespaces });
    const { ceremony, published } = await openCeremony(fixture.base);
    await stageRole(ceremony, {
      delegator: published.root,
      role: 'targets',
      published: published.targets,
      lifetimeMs: day,
      next: ({ targets, delegations }) => {
        const { [AGENT_ROLE]: agent, ...roles } = delegations?.roles ?? {};
        const [id = ''] = agent?.keyIDs ?? [];
        const { [id]: key, ...keys } = delegations?.keys ?? {};
        assert.ok(key !== undefined && delegations !== undefined);
        Object.assign(delegations, { roles, keys });
        return { targets, delegations };
      },
    });
    await publish(fixture.base);
    assert.deepEqual(await idsOf(AGENT_ROLE), []);
    await raiseThreshold({ ...fixture.base, threshold: 1, keys: 1 });
    await publish(fixture.base);
    assert.equal((await idsOf(AGENT_ROLE)).length, 1);
    assert.ok(await reader().find(TRUST_TARGET, fixture.time));
  });

  it('is followed through many roots in order by a client that was away, though those between have expired', async () => {
    await fixture.init({ namespaces });
    await fixture.release(fixture.sample());
    const away = reader();
    await away.find(sample, fixture.time);
    for (let round = 0; round < 4; round += 1) {
      fixture.time += 200 * day;
      await renewCatalogue(fixture.base);
      const online = { timestamp: await makeNextOnlineKey(fixture.dataDir, 'timestamp', durableFiles) };
      await publish(fixture.base);
      await change({ online });
      await publish(fixture.base);
    }
    assert.equal((await loadCatalogue(fixture.dataDir)).root.version, 9);
    away.asked.length = 0;
    assert.ok(await away.find(sample, fixture.time));
    assert.deepEqual(
      away.asked.filter((path) => path.endsWith('root.json')),
      [2, 3, 4, 5, 6, 7, 8, 9, 10].map((version) => `metadata/${version}.root.json`),
    );
    assert.ok(await reader().find(sample, fixture.time));
  });

  it('renews the root once half of its year is over, and not at every renewal', async () => {
    await fixture.init({ namespaces });
    fixture.time += 29 * day;
    assert.ok(!(await renewCatalogue(fixture.base)).some(({ role }) => role === 'root'));
    await publish(fixture.base);
    fixture.time += 160 * day;
    assert.ok((await renewCatalogue(fixture.base)).some(({ role }) => role === 'root'));
    await publish(fixture.base);
    const { root } = await loadCatalogue(fixture.dataDir);
    assert.equal(root.version, 2);
    assert.ok(root.expiresAt >= fixture.time + 364 * day);
  });

  it('keeps the newest root in the offline folder, which no controller leads back', async () => {
    await fixture.init({ namespaces });
    const old = join(fixture.dir, 'old');
    cpSync(catalogueOf(fixture.dataDir).root, old, { recursive: true });
    await raiseThreshold({ ...fixture.base, threshold: 2, keys: 2 });
    await publish(fixture.base);
    await openCeremony(fixture.base);
    rmSync(catalogueOf(fixture.dataDir).root, { recursive: true });
    cpSync(old, catalogueOf(fixture.dataDir).root, { recursive: true });
    await assert.rejects(renewCatalogue(fixture.base), refusedWith('metadata-unsigned'));
  });

  describe('of the controller', () => {
    const onlineNames = ['snapshot', 'timestamp', 'warrant'] as const;
    const keyFile = (name: string): string => join(fixture.dataDir, `keys/${name}.pem`);
    const replaceAll = async (files = durableFiles): Promise<void> => {
      const online: { [name in (typeof onlineNames)[number]]?: KeyObject } = {};
      for (const name of onlineNames) online[name] = await makeNextOnlineKey(fixture.dataDir, name, files);
      await changeKeys({ ...fixture.base, files }, { ...noChange, online });
    };

    it('makes stolen keys worthless, and an enrolled client follows', async () => {
      await fixture.init({ namespaces });
      await fixture.release(fixture.sample());
      const client = reader();
      await client.find(sample, fixture.time);
      const stolen = Object.fromEntries(
        onlineNames.map((name) => [name, createPrivateKey(readFileSync(keyFile(name)))]),
      );
      await replaceAll();
      assert.ok(createPrivateKey(readFileSync(keyFile('warrant'))).equals(stolen.warrant as KeyObject));
      await publish(fixture.base);

      for (const name of onlineNames)
        assert.ok(!createPrivateKey(readFileSync(keyFile(name))).equals(stolen[name] as KeyObject), name);
      assert.deepEqual(readdirSync(join(fixture.dataDir, 'keys')).length, 3);
      const { trust } = await loadCatalogue(fixture.dataDir);
      assert.deepEqual(
        trust.warrantKeys.map(({ keyid }) => keyid),
        [keyIdOf(createPrivateKey(readFileSync(keyFile('warrant'))))],
      );
      assert.ok(await client.find(sample, fixture.time));
      await publish(fixture.base);
      assert.ok(await client.find(sample, fixture.time), 'signed by the new keys alone');

      const layout = catalogueOf(fixture.dataDir);
      const { snapshot, timestamp } = await readPublished(layout);
      const forged = timestampOf(timestamp.signed.version + 1, fixture.time + day, snapshot, [
        stolen.timestamp as KeyObject,
      ]);
      writeFileSync(join(layout.metadata, 'timestamp.json'), metadataBytes(forged));
      await assert.rejects(client.find(sample, fixture.time), /timestamp was signed by 0\/1 keys/);
      await assert.rejects(reader().find(sample, fixture.time), /timestamp was signed by 0\/1 keys/);
    });

    it('makes good what a thief signed far ahead', async () => {
      await fixture.init({ namespaces });
      await fixture.release(fixture.sample());
      const layout = catalogueOf(fixture.dataDir);
      const honest = readFileSync(join(layout.metadata, 'timestamp.json'));
      const { snapshot } = await readPublished(layout);
      const stolen = createPrivateKey(readFileSync(keyFile('timestamp')));
      const ahead = timestampOf(1_000_000_000_000, fixture.time + day, snapshot, [stolen]);
      writeFileSync(join(layout.metadata, 'timestamp.json'), metadataBytes(ahead));
      const client = reader();
      await client.find(sample, fixture.time);
      writeFileSync(join(layout.metadata, 'timestamp.json'), honest);
      await publish(fixture.base);
      await assert.rejects(client.find(sample, fixture.time), /less than current version 1000000000000/);
      await replaceAll();
      await publish(fixture.base);
      assert.ok(await client.find(sample, fixture.time), 'what the old key alone had signed is forgotten');
    });

    it('replaces a key that is lost', async () => {
      await fixture.init({ namespaces });
      rmSync(keyFile('timestamp'));
      await assert.rejects(publish(fixture.base), refusedWith('key-missing'));
      await replaceAll();
      await publish(fixture.base);
      assert.ok(await reader().find(TRUST_TARGET, fixture.time));
    });
  });

  it('takes a technician along who was signed before', async () => {
    await fixture.init({ namespaces });
    const { publicKey } = generateKeyPairSync('ed25519');
    await addTechnician({
      ...fixture.base,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      name: 'Ada',
      namespaces: ['*'],
      clients: ['*'],
    });
    await change({ online: { warrant: await makeNextOnlineKey(fixture.dataDir, 'warrant', durableFiles) } });
    await publish(fixture.base);
    const { trust } = await loadCatalogue(fixture.dataDir);
    assert.deepEqual(
      trust.technicians.map(({ name }) => name),
      ['Ada'],
    );
  });
});
