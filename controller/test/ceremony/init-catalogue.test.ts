import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueOf } from '../../src/catalogue/layout.ts';
import { readPublished } from '../../src/catalogue/published.ts';
import { CuttingFiles } from '../catalogue/cutting-files.ts';
import { Fixture, refusedWith } from '../catalogue/fixture.ts';

describe('init of the catalogue', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = new Fixture();
  });
  afterEach(() => fixture.remove());

  it('makes one key of each group by default, and warns plainly', async () => {
    const { keyFiles, warnings, next } = await fixture.init();
    assert.deepEqual(
      Object.values(keyFiles).map((files) => files.length),
      [1, 1, 1, 1, 1],
    );
    assert.match(warnings.join(), /One offline key is enough/);
    assert.match(next, /Take .*offline away/);
  });

  it('makes two of three where asked, without the warning', async () => {
    const { keyFiles, warnings } = await fixture.init({ threshold: 2, keys: 3 });
    assert.deepEqual(
      Object.values(keyFiles).map((files) => files.length),
      [3, 3, 3, 3, 3],
    );
    assert.deepEqual(warnings, []);
    const { root, targets } = await readPublished(catalogueOf(fixture.dataDir));
    assert.deepEqual(
      ['root', 'targets', 'snapshot', 'timestamp'].map((role) => root.signed.roles[role]?.threshold),
      [2, 2, 1, 1],
    );
    for (const role of Object.values(targets.signed.delegations?.roles ?? {})) {
      assert.deepEqual([role.threshold, role.keyIDs.length, role.terminating], [2, 3, true]);
    }
  });

  it('delegates agent/* to keys of its own, with nothing in it yet', async () => {
    await fixture.init({ threshold: 2, keys: 3 });
    const { targets, roles } = await readPublished(catalogueOf(fixture.dataDir));
    const { agent, trust } = targets.signed.delegations?.roles ?? {};
    assert.deepEqual(
      [agent?.paths, agent?.terminating, agent?.threshold, agent?.keyIDs.length],
      [['agent/*'], true, 2, 3],
    );
    assert.ok(agent?.keyIDs.every((id) => !trust?.keyIDs.includes(id)));
    assert.deepEqual(roles.get('agent')?.signed.targets, {});
  });

  it('shares no key between groups, and none between online and offline', async () => {
    await fixture.init();
    const { root, targets } = await readPublished(catalogueOf(fixture.dataDir));
    assert.equal(Object.keys(root.signed.keys).length, 4);
    assert.equal(
      Object.keys(targets.signed.delegations?.keys ?? {}).filter((id) => id in root.signed.keys).length,
      0,
    );
    assert.equal(Object.keys(targets.signed.delegations?.keys ?? {}).length, 3);
  });

  it('keeps every private key readable by its owner alone, and no offline key in the data', async () => {
    const { keyFiles } = await fixture.init();
    const online = ['snapshot', 'timestamp', 'warrant'].map((name) =>
      join(fixture.dataDir, 'keys', `${name}.pem`),
    );
    for (const file of [...Object.values(keyFiles).flat(), ...online]) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
      assert.match(readFileSync(file, 'utf8'), /^-----BEGIN PRIVATE KEY-----/);
    }
    assert.equal(statSync(join(fixture.dataDir, 'keys')).mode & 0o777, 0o700);
    assert.equal(statSync(join(fixture.offlineDir, 'keys')).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(join(fixture.dataDir, 'keys')).sort(), [
      'snapshot.pem',
      'timestamp.pem',
      'warrant.pem',
    ]);
  });

  it('refuses a second time, an offline folder that exists, and one inside the data', async () => {
    await assert.rejects(
      fixture.init({ offlineDir: join(fixture.dataDir, 'offline') }),
      refusedWith('offline-folder-inside-data'),
    );
    mkdirSync(fixture.offlineDir);
    await assert.rejects(fixture.init(), refusedWith('offline-folder-exists'));
    rmSync(fixture.offlineDir, { recursive: true });
    await fixture.init();
    await assert.rejects(
      fixture.init({ offlineDir: `${fixture.offlineDir}-2` }),
      refusedWith('already-initialised'),
    );
  });

  for (const [threshold, keys] of [
    [0, 1],
    [2, 1],
    [1.5, 3],
    [1, 17],
  ] as const)
    it(`refuses ${threshold} of ${keys}`, () =>
      assert.rejects(fixture.init({ threshold, keys }), refusedWith('threshold-impossible')));

  it('refuses lifetimes and namespaces that cannot be', async () => {
    await assert.rejects(fixture.init({ expiries: { timestamp: 0 } }), refusedWith('lifetime-impossible'));
    await assert.rejects(fixture.init({ namespaces: ['linux/*'] }), refusedWith('namespace-malformed'));
  });

  it('names a half-made init wherever it was cut off, and works once that is removed', async () => {
    const namespaces = ['linux/service'];
    const counter = new CuttingFiles(Number.POSITIVE_INFINITY);
    await fixture.init({ files: counter, namespaces });
    assert.ok(counter.steps > 20);

    for (let cut = 1; cut <= counter.steps; cut += 1) {
      const one = new Fixture();
      await assert.rejects(one.init({ files: new CuttingFiles(cut), namespaces }), /cut off/);
      assert.ok(!existsSync(catalogueOf(one.dataDir).root), `step ${cut}`);
      const named = await one.init().then(
        () => assert.fail(`step ${cut}`),
        (error: Error) => error,
      );
      assert.ok(refusedWith('init-unfinished')(named));
      const paths = /; remove (.*) and run it again/.exec(named.message)?.[1] ?? '';
      for (const path of paths.split(', ')) rmSync(path, { recursive: true });
      await one.init({ files: new CuttingFiles(Number.POSITIVE_INFINITY), namespaces });
      await readPublished(catalogueOf(one.dataDir));
      one.remove();
    }
  });

  it('leaves other files in the data folder alone', async () => {
    mkdirSync(join(fixture.dataDir, 'keys'), { recursive: true });
    writeFileSync(join(fixture.dataDir, 'keys/ca.key'), 'other');
    await fixture.init();
    assert.equal(readFileSync(join(fixture.dataDir, 'keys/ca.key'), 'utf8'), 'other');
  });
});
