import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue, publish } from '../../src/catalogue/index.ts';
import { signRunbooks } from '../../src/ceremony/index.ts';
import { CuttingFiles } from '../catalogue/cutting-files.ts';
import { day, Fixture, refusedWith } from '../catalogue/fixture.ts';

describe('signing runbooks', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = new Fixture();
  });
  afterEach(() => fixture.remove());

  const sign = (...folders: string[]) => signRunbooks({ ...fixture.base, folders });
  const published = async () =>
    (await loadCatalogue(fixture.dataDir)).runbooks.map(({ manifest }) => [manifest.id, manifest.version]);

  describe('with one key', () => {
    beforeEach(async () => {
      await fixture.init();
    });

    it('publishes nothing by itself', async () => {
      const { runbooks, roles } = await sign(fixture.sample());
      assert.deepEqual(
        runbooks.map(({ id, change }) => [id, change]),
        [['linux/service/sample', 'added']],
      );
      assert.deepEqual(roles, [{ role: 'linux-service', version: 2, have: 1, need: 1 }]);
      assert.deepEqual(await published(), []);
    });

    it('adds to what is there, whether published or staged', async () => {
      await fixture.release(fixture.sample());
      await sign(fixture.sample({ id: 'linux/service/second' }));
      await sign(fixture.sample({ id: 'linux/service/third' }));
      await sign(fixture.sample({ id: 'linux/disk/other' }));
      await publish(fixture.base);
      assert.deepEqual(await published(), [
        ['linux/disk/other', 1],
        ['linux/service/sample', 1],
        ['linux/service/second', 1],
        ['linux/service/third', 1],
      ]);
    });

    it('is deterministic: the same folder is the same target', async () => {
      const [first] = (await sign(fixture.sample())).runbooks;
      const [again] = (await sign(fixture.sample())).runbooks;
      assert.equal(first?.sha256, again?.sha256);
      assert.equal(again?.change, 'unchanged');
    });

    it('refuses changed content under the same version, staged or published, and a lower version', async () => {
      await sign(fixture.sample({ manifest: { version: 2 } }));
      const changed = { manifest: { version: 2 }, files: { 'fix.sh': 'set -eu\necho "other $1"\n' } };
      await assert.rejects(sign(fixture.sample(changed)), refusedWith('version-not-raised'));
      await publish(fixture.base);
      await assert.rejects(sign(fixture.sample(changed)), refusedWith('version-not-raised'));
      await assert.rejects(
        sign(fixture.sample({ manifest: { version: 1 } })),
        refusedWith('version-not-raised'),
      );
      const raised = await sign(fixture.sample({ ...changed, manifest: { version: 3 } }));
      assert.equal(raised.runbooks[0]?.change, 'raised');
    });

    it('refuses a runbook outside every namespace, one that breaks a rule, one named twice', async () => {
      await assert.rejects(
        sign(fixture.sample({ id: 'linux/unknown/sample' })),
        refusedWith('namespace-unknown'),
      );
      await assert.rejects(
        sign(fixture.sample({ files: { 'fix.sh': 'set -eu\neval "$1"\n' } })),
        refusedWith('runbook-rejected'),
      );
      const folder = fixture.sample({ files: {} });
      await assert.rejects(sign(folder, folder), refusedWith('runbook-twice'));
      assert.deepEqual(existsSync(join(fixture.dataDir, 'catalogue/staged')), false);
    });

    it('stages nothing when one of several folders is refused', async () => {
      await assert.rejects(sign(fixture.sample(), fixture.sample({ id: 'linux/unknown/sample' })));
      assert.deepEqual((await publish(fixture.base)).published, []);
    });

    it('holds at most 200 runbooks in a namespace', async function () {
      this.timeout(120_000);
      const folders = Array.from({ length: 201 }, (_, index) =>
        fixture.sample({ id: `linux/service/sample-${index}` }),
      );
      await signRunbooks({
        ...fixture.base,
        files: new CuttingFiles(Number.POSITIVE_INFINITY),
        folders: folders.slice(0, 200),
      });
      await publish(fixture.base);
      assert.equal((await published()).length, 200);
      await assert.rejects(sign(...folders.slice(200)), refusedWith('namespace-full'));
    });

    it('refuses without a key, with an exposed key, with a broken one, with one twice', async () => {
      const key = join(fixture.offlineDir, 'keys/runbooks-1.pem');
      const pem = readFileSync(key);
      chmodSync(key, 0o644);
      await assert.rejects(sign(fixture.sample()), refusedWith('key-exposed'));
      chmodSync(key, 0o600);
      copyFileSync(key, join(fixture.offlineDir, 'keys/again.pem'));
      await assert.rejects(sign(fixture.sample()), refusedWith('key-twice'));
      rmSync(join(fixture.offlineDir, 'keys/again.pem'));
      writeFileSync(key, 'not a key');
      await assert.rejects(sign(fixture.sample()), refusedWith('key-unusable'));
      rmSync(key);
      await assert.rejects(sign(fixture.sample()), refusedWith('key-missing'));
      writeFileSync(key, pem, { mode: 0o600 });
      await sign(fixture.sample());
    });

    it('refuses a folder that is no offline folder, and one of another catalogue', async () => {
      await assert.rejects(
        signRunbooks({ ...fixture.base, offlineDir: fixture.dir, folders: [fixture.sample()] }),
        refusedWith('offline-folder-unusable'),
      );
      const other = new Fixture();
      await other.init();
      await assert.rejects(
        signRunbooks({ ...fixture.base, offlineDir: other.offlineDir, folders: [fixture.sample()] }),
        refusedWith('metadata-unsigned'),
      );
      other.remove();
    });

    it('refuses a controller that shows an older state than was signed', async () => {
      await fixture.release(fixture.sample());
      const old = join(fixture.dir, 'old');
      cpSync(join(fixture.dataDir, 'catalogue'), old, { recursive: true });
      await fixture.release(fixture.sample({ manifest: { version: 2 } }));
      rmSync(join(fixture.dataDir, 'catalogue'), { recursive: true });
      cpSync(old, join(fixture.dataDir, 'catalogue'), { recursive: true });
      await assert.rejects(
        sign(fixture.sample({ manifest: { version: 2 } })),
        refusedWith('catalogue-rolled-back'),
      );
    });
  });

  describe('with two of three', () => {
    beforeEach(async () => {
      await fixture.init({ threshold: 2, keys: 3 });
    });
    const signAs = (number: number, folders: string[], options: { replace?: boolean } = {}) =>
      signRunbooks({
        ...fixture.base,
        offlineDir: fixture.custodian(number),
        by: `custodian ${number}`,
        folders,
        ...options,
      });

    it('waits for the second signer, one after the other', async () => {
      const folder = fixture.sample();
      assert.deepEqual((await signAs(1, [folder])).roles, [
        { role: 'linux-service', version: 2, have: 1, need: 2 },
      ]);
      const early = await publish(fixture.base);
      assert.deepEqual(
        [early.published, early.waiting],
        [[], [{ role: 'linux-service', version: 2, have: 1, need: 2 }]],
      );
      assert.deepEqual(await published(), []);
      fixture.time += 60_000;
      assert.deepEqual((await signAs(3, [folder])).roles, [
        { role: 'linux-service', version: 2, have: 2, need: 2 },
      ]);
      assert.deepEqual((await publish(fixture.base)).published, [{ role: 'linux-service', version: 2 }]);
      assert.deepEqual(await published(), [['linux/service/sample', 1]]);
    });

    it('does not count one signer twice', async () => {
      const folder = fixture.sample();
      await signAs(1, [folder]);
      assert.equal((await signAs(1, [folder])).roles[0]?.have, 1);
    });

    it('lets the third signer join before publishing', async () => {
      const folder = fixture.sample();
      for (const [number, have] of [
        [1, 1],
        [2, 2],
        [3, 3],
      ] as const) {
        const [role] = (await signAs(number, [folder])).roles;
        assert.deepEqual([role?.version, role?.have], [2, have]);
      }
    });

    it('never signs what the signer did not bring', async () => {
      await signAs(1, [fixture.sample({ id: 'linux/service/one' })]);
      await assert.rejects(
        signAs(2, [fixture.sample({ id: 'linux/service/two' })]),
        refusedWith('staged-differs'),
      );
      const replaced = await signAs(2, [fixture.sample({ id: 'linux/service/two' })], { replace: true });
      assert.deepEqual(
        replaced.roles.map(({ have }) => have),
        [1],
      );
      await signAs(3, [fixture.sample({ id: 'linux/service/two' })]);
      await publish(fixture.base);
      assert.deepEqual(await published(), [['linux/service/two', 1]]);
    });

    it('never joins a version whose expiry was stretched', async () => {
      const folder = fixture.sample();
      await signAs(1, [folder]);
      const file = join(fixture.dataDir, 'catalogue/staged/linux-service.json');
      const staged = JSON.parse(readFileSync(file, 'utf8'));
      staged.signed.expires = new Date(fixture.time + 3000 * day).toISOString().replace(/\.\d+Z/, 'Z');
      writeFileSync(file, JSON.stringify(staged));
      const [role] = (await signAs(2, [folder])).roles;
      assert.equal(role?.have, 1);
      const signed = JSON.parse(readFileSync(file, 'utf8'));
      assert.ok(Date.parse(signed.signed.expires) <= fixture.time + 30 * day);
    });

    it('records in the offline folder what was signed, and by whom', async () => {
      await signAs(2, [fixture.sample()]);
      const record = JSON.parse(
        readFileSync(join(fixture.dir, 'custodian-2/signed/linux-service.json'), 'utf8'),
      );
      assert.deepEqual(
        [record.role, record.version, record.by, Object.keys(record.targets)],
        ['linux-service', 2, 'custodian 2', ['linux/service/sample.json']],
      );
      assert.equal(readdirSync(join(fixture.dir, 'custodian-2/keys')).length, 5);
    });
  });
});
