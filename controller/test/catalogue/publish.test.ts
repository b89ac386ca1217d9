import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  catalogueOf,
  loadCatalogue,
  publish,
  readCatalogueFile,
  refreshTimestamp,
} from '../../src/catalogue/index.ts';
import { signRunbooks } from '../../src/ceremony/index.ts';
import { takeLock } from '../../src/locking/index.ts';
import { CuttingFiles } from './cutting-files.ts';
import { Fixture, refusedWith } from './fixture.ts';
import { TufReader } from './tuf-reader.ts';

describe('publishing', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = new Fixture();
    await fixture.init({ namespaces: ['linux/service', 'linux/disk'] });
  });
  afterEach(() => fixture.remove());

  const versions = async (reader: TufReader, ids: readonly string[]): Promise<number[]> => {
    const found: number[] = [];
    for (const id of ids) {
      const bundle = JSON.parse(readFileSync(await reader.download(`${id}.json`, fixture.time), 'utf8'));
      found.push(bundle.manifest.version);
    }
    return found;
  };

  const ids = ['linux/service/sample', 'linux/disk/sample'];
  /** Version 1 published in two namespaces, version 2 signed in both. */
  const prepare = async (): Promise<void> => {
    await fixture.release(...ids.map((id) => fixture.sample({ id })));
    await signRunbooks({
      ...fixture.base,
      folders: ids.map((id) => fixture.sample({ id, manifest: { version: 2 } })),
    });
  };

  it('shows the old catalogue or the new one wherever it is cut off, never a mix, and can be repeated', async () => {
    await prepare();
    const whole = join(fixture.dir, 'whole');
    const catalogue = join(fixture.dataDir, 'catalogue');
    cpSync(catalogue, whole, { recursive: true });
    const root = readFileSync(join(catalogue, 'metadata/1.root.json'));
    const seen = new Set<string>();
    for (let cut = 1; ; cut += 1) {
      rmSync(catalogue, { recursive: true });
      cpSync(whole, catalogue, { recursive: true });
      const files = new CuttingFiles(cut);
      const ended = await publish({ ...fixture.base, files }).then(
        () => true,
        () => false,
      );
      const reader = new TufReader(fixture.dataDir, root);
      const found = await versions(reader, ids);
      assert.ok(
        found.every((version) => version === found[0]),
        `cut ${cut}: ${found.join()}`,
      );
      assert.deepEqual(
        (await loadCatalogue(fixture.dataDir)).runbooks.map(({ version }) => version),
        found,
      );
      seen.add(found.join());
      await publish({ ...fixture.base, files: new CuttingFiles(Number.POSITIVE_INFINITY) });
      assert.deepEqual(await versions(reader, ids), [2, 2], `after cut ${cut}`);
      assert.deepEqual(
        readdirSync(join(catalogue, 'staged')).filter((name) => name.endsWith('.json')),
        [],
      );
      await reader.remove();
      if (ended) break;
    }
    assert.deepEqual([...seen], ['1,1', '2,2']);
  });

  it('survives being killed, lock and all', async function () {
    this.timeout(60_000);
    await prepare();
    const reader = new TufReader(
      fixture.dataDir,
      readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json')),
    );
    const program = fileURLToPath(new URL('./publish-and-die.ts', import.meta.url));
    // Each time, what the time before had written is there already; the last one dies after the switch.
    for (const cut of [1, 2, 4, 5]) {
      const child = spawn(process.execPath, [program, fixture.dataDir, String(cut)], { stdio: 'inherit' });
      const signal = await new Promise((resolve) => child.on('exit', (_code, by) => resolve(by)));
      assert.equal(signal, 'SIGKILL');
      const found = await versions(reader, ids);
      assert.ok(
        found.every((version) => version === found[0]),
        found.join(),
      );
    }
    assert.deepEqual(await versions(reader, ids), [2, 2]);
    await publish(fixture.base);
    assert.deepEqual(await versions(reader, ids), [2, 2]);
    await reader.remove();
  });

  it('refuses while somebody else publishes, and two at once in one process', async () => {
    const release = takeLock(catalogueOf(fixture.dataDir).lock);
    await assert.rejects(publish(fixture.base), refusedWith('publishing-elsewhere'));
    release?.();
    const [one, two] = await Promise.allSettled([publish(fixture.base), refreshTimestamp(fixture.base)]);
    assert.deepEqual([one.status, two.status].sort(), ['fulfilled', 'rejected']);
  });

  it('leaves what is staged alone when only the timestamp is refreshed', async () => {
    await prepare();
    assert.deepEqual((await refreshTimestamp(fixture.base)).published, []);
    assert.deepEqual(
      (await loadCatalogue(fixture.dataDir)).runbooks.map(({ version }) => version),
      [1, 1],
    );
  });

  it('refuses without its keys and without a catalogue', async () => {
    const bare = new Fixture();
    await assert.rejects(publish(bare.base), refusedWith('not-initialised'));
    await assert.rejects(loadCatalogue(bare.dataDir), refusedWith('not-initialised'));
    bare.remove();
    rmSync(join(fixture.dataDir, 'keys/timestamp.pem'));
    await assert.rejects(publish(fixture.base), refusedWith('key-missing'));
  });
});

describe('what agents may fetch', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = new Fixture();
    await fixture.init();
    writeFileSync(join(fixture.dataDir, 'catalogue/metadata/timestamp.json.part'), 'x');
  });
  after(() => fixture.remove());

  it('is published metadata and targets', async () => {
    assert.ok(await readCatalogueFile(fixture.dataDir, 'metadata/timestamp.json'));
    assert.ok(await readCatalogueFile(fixture.dataDir, 'metadata/1.linux-disk.json'));
    const [name = ''] = readdirSync(join(fixture.dataDir, 'catalogue/targets/trust'));
    assert.ok(await readCatalogueFile(fixture.dataDir, `targets/trust/${name}`));
    assert.equal(await readCatalogueFile(fixture.dataDir, 'metadata/2.root.json'), null);
  });

  for (const path of [
    '',
    'lifetimes.json',
    'metadata',
    'metadata/',
    'targets',
    'targets/trust',
    'staged/linux-service.json',
    '../keys/timestamp.pem',
    'metadata/../lifetimes.json',
    'metadata/../../keys/timestamp.pem',
    'targets/../../keys/warrant.pem',
    'metadata/..%2f..%2fkeys/timestamp.pem',
    'metadata//timestamp.json',
    '/metadata/timestamp.json',
    'metadata/timestamp.json\0',
    'metadata/timestamp.json.part',
    'metadata\\timestamp.json',
    'targets/./trust/x',
    `targets/${'a/'.repeat(3000)}b`,
  ])
    it(`is not ${JSON.stringify(path.slice(0, 60))}`, async () =>
      assert.equal(await readCatalogueFile(fixture.dataDir, path), null));
});
