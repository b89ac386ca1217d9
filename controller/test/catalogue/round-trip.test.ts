import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Bundle, targetPathOf } from '@millwright/shared/runbook';
import { readTrustDocument, sha256, TRUST_TARGET, TrustDocument } from '@millwright/shared/trust';
import {
  CurrentCatalogue,
  loadCatalogue,
  publish,
  readOnlineKey,
  refreshTimestamp,
} from '../../src/catalogue/index.ts';
import { signRunbooks } from '../../src/ceremony/index.ts';
import { stockRunbooks } from '../runbooks/run-step.ts';
import { day, Fixture, refusedWith } from './fixture.ts';
import { TufReader } from './tuf-reader.ts';

const stock = readdirSync(stockRunbooks, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('runbook.json'))
  .map(dirname)
  .sort();

describe('the catalogue, read by TUF', () => {
  let fixture: Fixture;
  let readers: TufReader[];
  beforeEach(async () => {
    fixture = new Fixture();
    readers = [];
    await fixture.init();
  });
  afterEach(async () => {
    fixture.remove();
    for (const reader of readers) await reader.remove();
  });

  const reader = (): TufReader => {
    const made = new TufReader(
      fixture.dataDir,
      readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json')),
    );
    readers.push(made);
    return made;
  };
  const fileOf = (id: string): string => {
    const folder = join(fixture.dataDir, 'catalogue/targets', dirname(id));
    const name = readdirSync(folder).find((candidate) => candidate.endsWith(`.${id.split('/').at(-1)}.json`));
    assert.ok(name !== undefined);
    return join(folder, name);
  };

  it('delivers each stock runbook, byte for byte what was signed', async () => {
    const { runbooks } = await signRunbooks({
      ...fixture.base,
      folders: stock.map((id) => join(stockRunbooks, id)),
    });
    assert.equal(runbooks.length, stock.length);
    await publish(fixture.base);
    const client = reader();
    for (const id of stock) {
      const bytes = readFileSync(await client.download(targetPathOf(id), fixture.time));
      const bundle = Bundle.parse(JSON.parse(bytes.toString('utf8')));
      assert.equal(bundle.manifest.id, id);
      assert.equal(sha256(bytes), runbooks.find((runbook) => runbook.id === id)?.sha256);
      for (const [name, text] of Object.entries(bundle.files))
        assert.equal(text, readFileSync(join(stockRunbooks, id, name), 'utf8'));
    }
    const loaded = await loadCatalogue(fixture.dataDir);
    assert.deepEqual(
      loaded.runbooks.map(({ manifest, sha256: hash, version }) => [manifest.id, hash, version]),
      runbooks.map(({ id, sha256: hash, version }) => [id, hash, version]).sort(),
    );
  });

  it('delivers who may sign warrants', async () => {
    const trust = readTrustDocument(
      TrustDocument.parse(
        JSON.parse(readFileSync(await reader().download(TRUST_TARGET, fixture.time), 'utf8')),
      ),
    );
    const warrant = await readOnlineKey(fixture.dataDir, 'warrant');
    assert.equal(trust.warrantKeys.size, 1);
    assert.ok([...trust.warrantKeys.values()].every((key) => key.equals(createPublicKey(warrant))));
  });

  it('has nothing before it is published, and the newer version after', async () => {
    const folder = fixture.sample();
    const client = reader();
    await signRunbooks({ ...fixture.base, folders: [folder] });
    assert.equal(await client.find('linux/service/sample.json', fixture.time), undefined);
    await publish(fixture.base);
    const first = await client.find('linux/service/sample.json', fixture.time);
    await fixture.release(fixture.sample({ manifest: { version: 2 } }));
    const second = await client.find('linux/service/sample.json', fixture.time);
    assert.ok(first !== undefined && second !== undefined);
    assert.notEqual(first.hashes.sha256, second.hashes.sha256);
  });

  it('is refused once the timestamp has expired, and taken again after a refresh', async () => {
    const client = reader();
    await client.find(TRUST_TARGET, fixture.time);
    fixture.time += day + 1000;
    await assert.rejects(client.find(TRUST_TARGET, fixture.time), /timestamp.json is expired/);
    await refreshTimestamp(fixture.base);
    assert.ok(await client.find(TRUST_TARGET, fixture.time));
  });

  it('renews the snapshot too when half of its life is over, and not before', async () => {
    const first = await refreshTimestamp(fixture.base);
    assert.equal(first.snapshotVersion, 1);
    fixture.time += 3 * day;
    assert.equal((await refreshTimestamp(fixture.base)).snapshotVersion, 1);
    fixture.time += day;
    assert.ok((await refreshTimestamp(fixture.base)).snapshotVersion > 1);
    assert.ok(await reader().find(TRUST_TARGET, fixture.time));
  });

  it('is believed by whoever has seen a newer one, once a controller has started on a backup', async () => {
    const backup = join(fixture.dir, 'backup');
    cpSync(fixture.dataDir, backup, { recursive: true });
    const client = reader();
    for (let hour = 0; hour < 5; hour += 1) {
      fixture.time += 3_600_000;
      await publish(fixture.base);
    }
    await client.find(TRUST_TARGET, fixture.time);
    rmSync(fixture.dataDir, { recursive: true });
    cpSync(backup, fixture.dataDir, { recursive: true });
    await assert.rejects(client.find(TRUST_TARGET, fixture.time), /version/);
    fixture.time += 1000;
    const restored = await CurrentCatalogue.open(fixture.dataDir, fixture.clock);
    assert.equal(await restored.tick(), true);
    assert.ok(await client.find(TRUST_TARGET, fixture.time));
  });

  it('is refused once a namespace has expired, and the controller alone cannot renew that', async () => {
    await fixture.release(fixture.sample());
    fixture.time += 30 * day + 1000;
    await refreshTimestamp(fixture.base);
    await publish(fixture.base);
    await assert.rejects(
      reader().find('linux/service/sample.json', fixture.time),
      /linux-service.json is expired/,
    );
    await fixture.release(fixture.sample());
    assert.ok(await reader().find('linux/service/sample.json', fixture.time));
  });

  it('is refused when a target is altered, by TUF and by the controller', async () => {
    await fixture.release(fixture.sample());
    const file = fileOf('linux/service/sample');
    chmodSync(file, 0o644);
    writeFileSync(file, readFileSync(file, 'utf8').replace('hello', 'hallo'));
    await assert.rejects(reader().download('linux/service/sample.json', fixture.time), /hash/i);
    await assert.rejects(loadCatalogue(fixture.dataDir), refusedWith('target-altered'));
  });

  it('is refused when metadata is altered, mixed or missing', async () => {
    await fixture.release(fixture.sample());
    const metadata = join(fixture.dataDir, 'catalogue/metadata');
    const role = join(metadata, '2.linux-service.json');
    const good = readFileSync(role);
    writeFileSync(role, good.toString('utf8').replace('"length":', '"length":1'));
    await assert.rejects(loadCatalogue(fixture.dataDir), refusedWith('metadata-unsigned'));
    await assert.rejects(reader().find('linux/service/sample.json', fixture.time));
    writeFileSync(role, readFileSync(join(metadata, '1.linux-service.json')));
    await assert.rejects(loadCatalogue(fixture.dataDir), refusedWith('metadata-mixed'));
    await assert.rejects(reader().find('linux/service/sample.json', fixture.time));
    rmSync(role);
    await assert.rejects(loadCatalogue(fixture.dataDir), refusedWith('metadata-missing'));
  });
});
