import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256, tufKeyIdOf } from '@millwright/shared/trust';
import { durableFiles, loadCatalogue, makeNextOnlineKey, publish } from '../../src/catalogue/index.ts';
import { metadataBytes, parseRoot, tufKeyOf } from '../../src/catalogue/tuf-document.ts';
import {
  addTechnician,
  type CustodianKeys,
  changeKeys,
  type KeyPlan,
  keyGroups,
  listKeys,
  makeCustodianFolder,
  noChange,
  type Pending,
  packCeremony,
  readPending,
  type StagedRole,
  signRunbooks,
  takeCeremony,
  withCeremonyFile,
} from '../../src/ceremony/index.ts';
import { Fixture, refusedWith } from '../catalogue/fixture.ts';

/** Ada begins alone; Ben has a machine of his own. Only the ceremony file travels between them and the controller. */
describe('two custodians on two machines', () => {
  let fixture: Fixture;
  let file: string;
  let ben: string;
  let benKeys: CustodianKeys;

  beforeEach(async () => {
    fixture = new Fixture();
    file = join(fixture.dir, 'ceremony.json');
    ben = join(fixture.dir, 'ben');
    await fixture.init({ namespaces: ['linux/service'] });
    await fixture.release(fixture.sample());
    await packCeremony(fixture.dataDir, file);
    const made = await withCeremonyFile(file, (dataDir) =>
      makeCustodianFolder({ dataDir, offlineDir: ben, name: 'Ben' }),
    );
    benKeys = made.keys;
  });
  afterEach(() => fixture.remove());

  const on = <T>(offlineDir: string, work: (options: typeof fixture.base) => Promise<T>): Promise<T> =>
    withCeremonyFile(file, (dataDir) => work({ ...fixture.base, dataDir, offlineDir }));
  const letBenIn = (): Partial<KeyPlan> => ({
    add: keyGroups.map((group) => ({ group, key: benKeys.keys[group], holder: 'Ben' })),
    thresholds: { root: 2, targets: 2, runbooks: 2, trust: 2, agent: 2 },
  });
  const adaBegins = (plan: Partial<KeyPlan> = letBenIn()): Promise<StagedRole[]> =>
    on(fixture.offlineDir, (options) => changeKeys(options, { ...noChange, ...plan }));
  const benSees = (): Promise<Pending> => on(ben, readPending);
  const benSigns = (): Promise<StagedRole[]> =>
    on(ben, async (options) => (await readPending(options)).sign());
  const takeAndPublish = async () => {
    await takeCeremony({ dataDir: fixture.dataDir, file, replace: false });
    return publish(fixture.base);
  };
  /** Both are in, two of two. */
  const bothIn = async (): Promise<void> => {
    await adaBegins();
    await benSigns();
    await takeAndPublish();
    await packCeremony(fixture.dataDir, file);
  };

  it("makes a custodian's folder that nobody else can read, and says which root it goes by", async () => {
    assert.equal(statSync(join(ben, 'keys')).mode & 0o777, 0o700);
    for (const name of readdirSync(join(ben, 'keys')))
      assert.equal(statSync(join(ben, 'keys', name)).mode & 0o777, 0o600);
    assert.ok(!readFileSync(join(ben, 'public.json'), 'utf8').includes('PRIVATE'));
    const other = join(fixture.dir, 'other');
    const { rootFingerprint } = await makeCustodianFolder({ ...fixture.base, offlineDir: other, name: 'O' });
    assert.equal(
      rootFingerprint,
      sha256(readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json'))),
    );
    await assert.rejects(
      makeCustodianFolder({ ...fixture.base, offlineDir: other, name: 'O' }),
      refusedWith('offline-folder-exists'),
    );
  });

  it('sign one after another: in force only when both have, and then it takes both', async () => {
    const begun = await adaBegins();
    assert.deepEqual(
      begun.map(({ role, have, need }) => [role, have, need]),
      ['root', 'targets', 'trust', 'agent', 'linux-service'].map((role) => [role, 1, 2]),
    );
    const early = await takeAndPublish();
    assert.deepEqual([early.published, early.waiting.length], [[], 5]);

    const { words, leftOut } = await benSees();
    assert.deepEqual(leftOut, []);
    for (const line of [
      '  root, targets:',
      '    2 of 2 keys sign (before: 1 of 1 keys)',
      '  trust:',
      '  agent:',
      '  linux-service:',
      'Signed again, with the same content: trust, agent, linux-service.',
    ])
      assert.ok(words.includes(line) || line.startsWith('  root'), `${line} is not in\n${words.join('\n')}`);
    assert.equal(words.filter((line) => line.endsWith('(Ben)') && line.includes('+ key')).length, 5);

    assert.ok((await benSigns()).every(({ have, need }) => have >= need));
    assert.deepEqual((await publish(fixture.base)).published, [], 'the file has not come back yet');
    const { published, waiting } = await takeAndPublish();
    assert.deepEqual([published.length, waiting], [5, []]);
    const { roles } = await listKeys({ ...fixture.base, offlineDir: ben });
    const root = roles.find(({ role }) => role === 'root');
    assert.deepEqual(
      root?.keys.map(({ holder, file: keyFile }) => [holder, keyFile]),
      [
        [null, null],
        ['Ben', 'root-1.pem'],
      ],
    );
    assert.equal((await loadCatalogue(fixture.dataDir)).runbooks.length, 1);
  });

  it('sign runbooks and technicians on a file too, and no key comes near the controller', async () => {
    await bothIn();
    const folders = [fixture.sample({ id: 'linux/service/later' })];
    await on(fixture.offlineDir, (options) => signRunbooks({ ...options, folders }));
    assert.deepEqual((await on(ben, (options) => signRunbooks({ ...options, folders }))).roles[0]?.have, 2);
    const { publicKey } = generateKeyPairSync('ed25519');
    const technician = {
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      name: 'Cleo',
      namespaces: ['linux/service/*'],
      clients: ['*'],
    };
    await on(fixture.offlineDir, (options) => addTechnician({ ...options, ...technician }));
    const { words } = await benSees();
    assert.ok(
      words.some((line) =>
        /^ {2}\+ technician Cleo, key [0-9a-f]{64}, for runbooks linux\/service\/\*/.test(line),
      ),
      words.join('\n'),
    );
    await benSigns();
    await takeAndPublish();
    const { runbooks, trust } = await loadCatalogue(fixture.dataDir);
    assert.deepEqual([runbooks.length, trust.technicians.length], [2, 1]);
    assert.ok(!readFileSync(file, 'utf8').includes(Buffer.from('PRIVATE').toString('base64').slice(0, 8)));
  });

  it('never sign runbooks that came with the file: those are signed from folders of their own', async () => {
    await bothIn();
    const folders = [fixture.sample({ id: 'linux/service/later' })];
    await on(fixture.offlineDir, (options) => signRunbooks({ ...options, folders }));
    await assert.rejects(benSees(), refusedWith('nothing-pending'));
  });

  it('replace the keys of a stolen controller without coming near it', async () => {
    await bothIn();
    for (const name of ['snapshot', 'timestamp', 'warrant'] as const)
      await makeNextOnlineKey(fixture.dataDir, name, durableFiles);
    await packCeremony(fixture.dataDir, file);
    await withCeremonyFile(file, (dataDir, online) =>
      changeKeys({ ...fixture.base, dataDir, offlineDir: fixture.offlineDir }, { ...noChange, online }),
    );
    const { words } = await benSees();
    for (const pattern of [
      /^ {2}snapshot, timestamp:|^ {2}snapshot:/,
      /^ {2}\+ the controller's warrant key/,
    ])
      assert.ok(
        words.some((line) => pattern.test(line)),
        `${pattern}\n${words.join('\n')}`,
      );
    await benSigns();
    const { published } = await takeAndPublish();
    assert.deepEqual(
      published.map(({ role }) => role),
      ['root', 'trust'],
    );
    assert.equal(readdirSync(join(fixture.dataDir, 'keys')).length, 3);
  });

  it('join signatures that were given in two copies of the file', async () => {
    await adaBegins();
    await takeCeremony({ dataDir: fixture.dataDir, file, replace: false });
    const ada = readFileSync(file);
    await benSigns();
    const both = JSON.parse(readFileSync(file, 'utf8'));
    for (const [path, text] of Object.entries<string>(both.files)) {
      if (!/^staged\/[a-z-]+\.json$/.test(path)) continue;
      const metadata = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
      const earlier = JSON.parse(
        Buffer.from(JSON.parse(ada.toString()).files[path], 'base64').toString('utf8'),
      );
      const ids = new Set(earlier.signatures.map(({ keyid }: { keyid: string }) => keyid));
      metadata.signatures = metadata.signatures.filter(({ keyid }: { keyid: string }) => !ids.has(keyid));
      both.files[path] = Buffer.from(JSON.stringify(metadata)).toString('base64');
    }
    writeFileSync(file, JSON.stringify(both));
    assert.equal((await takeAndPublish()).published.length, 5);
  });

  describe('who are shown something else than what is staged', () => {
    /** A thief of the file changes the staged root. Ada's signature does not hold then, but Ben's would. */
    const alterRoot = (alter: (signed: { [name: string]: unknown }) => void): void => {
      const packed = JSON.parse(readFileSync(file, 'utf8'));
      const root = JSON.parse(Buffer.from(packed.files['staged/root.json'], 'base64').toString('utf8'));
      alter(root.signed);
      packed.files['staged/root.json'] = Buffer.from(JSON.stringify(root)).toString('base64');
      writeFileSync(file, JSON.stringify(packed));
    };

    it('see a key that was slipped in', async () => {
      await adaBegins();
      const thief = tufKeyOf(generateKeyPairSync('ed25519').publicKey);
      const packed = JSON.parse(readFileSync(file, 'utf8'));
      const root = parseRoot('root', Buffer.from(packed.files['staged/root.json'], 'base64'));
      const json = JSON.parse(metadataBytes(root).toString('utf8'));
      const id = tufKeyIdOf(thief);
      json.signed.keys[id] = thief;
      json.signed.roles.root.keyids.push(id);
      packed.files['staged/root.json'] = Buffer.from(JSON.stringify(json)).toString('base64');
      writeFileSync(file, JSON.stringify(packed));
      const { words } = await benSees();
      assert.ok(
        words.some((line) => line.includes(`+ key ${id}`)),
        words.join('\n'),
      );
    });

    for (const [what, alter] of [
      ['a field that has no meaning here', (signed) => Object.assign(signed, { extra: 1 })],
      ['consistent snapshots off', (signed) => Object.assign(signed, { consistent_snapshot: false })],
      ['a term of ten years', (signed) => Object.assign(signed, { expires: '2039-01-01T00:00:00Z' })],
      ['a term that is over', (signed) => Object.assign(signed, { expires: '2020-01-01T00:00:00Z' })],
    ] as [string, Parameters<typeof alterRoot>[0]][])
      it(`refuse ${what}`, async () => {
        await adaBegins();
        alterRoot(alter);
        await assert.rejects(benSees(), refusedWith('staged-differs'));
      });

    it('refuse a file that starts from a root of somebody else', async () => {
      const theirs = new Fixture();
      await theirs.init({ namespaces: ['linux/service'] });
      await packCeremony(theirs.dataDir, file);
      theirs.remove();
      await assert.rejects(benSees(), refusedWith('metadata-unsigned'));
    });
  });

  it('leave the file and the catalogue alone where something is refused', async () => {
    await adaBegins();
    const before = readFileSync(file);
    await assert.rejects(adaBegins({ thresholds: { root: 9 } }), refusedWith('threshold-impossible'));
    assert.deepEqual(readFileSync(file), before);
    await takeCeremony({ dataDir: fixture.dataDir, file, replace: false });
    await packCeremony(fixture.dataDir, file);
    await adaBegins({ add: letBenIn().add ?? [] }).catch(() => {});
    await on(fixture.offlineDir, (options) =>
      changeKeys({ ...options, replace: true }, { ...noChange, add: letBenIn().add ?? [] }),
    );
    await assert.rejects(
      takeCeremony({ dataDir: fixture.dataDir, file, replace: false }),
      refusedWith('staged-differs'),
    );
    assert.ok((await takeCeremony({ dataDir: fixture.dataDir, file, replace: true })).includes('root'));
    for (const text of ['{}', 'x', '{"schema":1,"files":{"../x":""},"nextKeys":{}}']) {
      writeFileSync(file, text);
      await assert.rejects(benSees(), refusedWith('ceremony-file-unusable'));
    }
    rmSync(file);
    await assert.rejects(benSees(), refusedWith('ceremony-file-unusable'));
  });

  it('leave nothing behind in the temporary folder', async () => {
    const own = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('millwright-ceremony-'));
    const before = own().length;
    await adaBegins();
    await assert.rejects(adaBegins({ thresholds: { root: 9 } }));
    assert.equal(own().length, before);
  });
});
