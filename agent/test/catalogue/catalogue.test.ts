import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { sha256 } from '@millwright/shared/trust';
import { Catalogue } from '../../src/catalogue/index.ts';
import { KeepFailure, KeptFiles } from '../../src/catalogue/kept-files.ts';
import { TufClient } from '../../src/catalogue/tuf-client.ts';
import { openState } from '../../src/state/index.ts';
import { Operator } from '../attacks/arena/operator.ts';
import { setScene } from '../attacks/arena/scene.ts';
import { SmallDisk } from '../state/small-disk.ts';

describe('Catalogue', () => {
  const now = 1_900_000_000_000;
  const scene = setScene('/nonexistent/marker', {});
  const { id, version } = scene.bundle.manifest;
  const hash = sha256(Buffer.from(JSON.stringify(scene.bundle)));
  let folder: string;
  let db: DatabaseSync;
  let operator: Operator;
  let requests: string[];
  let fail: Error | undefined;
  let time: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
    db = openState(join(folder, 'state.db'));
    operator = new Operator();
    operator.publish(now, [scene.bundle], scene.trust);
    requests = [];
    fail = undefined;
    time = now;
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  const open = (): Catalogue =>
    new Catalogue({
      db,
      pinnedRoot: String(operator.files.get('metadata/1.root.json')),
      clock: { now: () => time },
      fetchFile: async (path) => {
        requests.push(path);
        if (fail !== undefined) throw fail;
        return operator.files.get(path) ?? null;
      },
    });
  const kept = (name: string): Buffer => {
    const bytes = new KeptFiles(db).read(name);
    assert.ok(bytes !== undefined, `${name} is not kept`);
    return bytes;
  };
  const versionOf = (name: string): number => JSON.parse(String(kept(`metadata/${name}`))).signed.version;
  const damageKept = (name: string, bytes: Buffer): void => new KeptFiles(db).write(name, bytes);

  it('gives a runbook as it was signed', async () => {
    const catalogue = open();
    const refreshed = await catalogue.refresh();
    assert.deepEqual(await refreshed.runbook(id, hash, version), { bundle: scene.bundle, sha256: hash });
  });

  it('gives the runbooks of a refresh, whatever another one finds', async () => {
    const catalogue = open();
    const refreshed = await catalogue.refresh();
    fail = new Error('the link is down');
    await assert.rejects(catalogue.refresh(), { code: 'catalogue-unreachable' });
    fail = undefined;
    await refreshed.runbook(id, hash, version);
  });

  it('asks for two files where nothing has changed', async () => {
    await open().refresh();
    const catalogue = open();
    await (await catalogue.refresh()).runbook(id, hash, version);
    requests = [];
    await (await catalogue.refresh()).runbook(id, hash, version);
    assert.deepEqual(requests, ['metadata/2.root.json', 'metadata/timestamp.json']);
  });

  it('finds what has expired since, though not one byte has changed', async () => {
    const catalogue = open();
    await catalogue.refresh();
    await catalogue.refresh();
    time += 400 * 86_400_000;
    await assert.rejects(catalogue.refresh(), { code: 'catalogue-expired' });
  });

  it('gives a runbook as it was verified, also when it is asked for again, and refuses another version of it', async () => {
    const catalogue = open();
    const first = await (await catalogue.refresh()).runbook(id, hash, version);
    const again = await catalogue.refresh();
    assert.deepEqual(await again.runbook(id, hash, version), first);
    await assert.rejects(again.runbook(id, hash, version + 1), { code: 'runbook-altered' });
    await assert.rejects(again.runbook(id, 'ab'.repeat(32), version), { code: 'runbook-altered' });
    operator.publish(now, [], scene.trust);
    const without = await catalogue.refresh();
    await assert.rejects(without.runbook(id, hash, version), { code: 'runbook-unknown' });
  });

  it('sends for both files at once where it is asked to, and for neither again', async () => {
    const catalogue = open();
    assert.equal(catalogue.ask(), undefined);
    await catalogue.refresh();
    requests = [];
    const asked = catalogue.ask();
    assert.deepEqual(requests, ['metadata/2.root.json', 'metadata/timestamp.json']);
    await catalogue.refresh(asked);
    assert.equal(requests.length, 2);
  });

  it('follows a root that was rotated after it was asked for, and fetches the timestamp once more behind a new root', async () => {
    const catalogue = open();
    await catalogue.refresh();
    operator.publishRoot(now);
    const asked = catalogue.ask();
    operator.rotateRoot(now);
    requests = [];
    await catalogue.refresh(asked);
    assert.deepEqual(requests.slice(0, 3), [
      'metadata/3.root.json',
      'metadata/4.root.json',
      'metadata/timestamp.json',
    ]);
    assert.equal(versionOf('root.json'), 3);
    requests = [];
    await catalogue.refresh(asked);
    assert.deepEqual(requests, ['metadata/4.root.json', 'metadata/timestamp.json']);
  });

  it('is unreachable where the files that were sent for do not come, and well again after it', async () => {
    const catalogue = open();
    await catalogue.refresh();
    fail = new Error('the link is down');
    const asked = catalogue.ask();
    fail = undefined;
    await assert.rejects(catalogue.refresh(asked), { code: 'catalogue-unreachable' });
    const refreshed = await catalogue.refresh();
    // The role of the runbook's namespace is needed for the first time.
    fail = new Error('the link is down');
    await assert.rejects(refreshed.runbook(id, hash, version), { code: 'catalogue-unreachable' });
    fail = undefined;
    await (await catalogue.refresh()).runbook(id, hash, version);
  });

  it('knows the trusted keys again after a restart, before any refresh', async () => {
    assert.equal(open().trust(), undefined);
    await open().refresh();
    fail = new Error('the link is down');
    const trusted = open().trust();
    assert.deepEqual(
      [...(trusted?.warrantKeys.keys() ?? [])],
      scene.trust.warrantKeys.map(({ keyid }) => keyid),
    );
  });

  it('keeps the trusted keys where a refresh fails', async () => {
    const catalogue = open();
    await catalogue.refresh();
    fail = new Error('the link is down');
    await assert.rejects(catalogue.refresh(), { code: 'catalogue-unreachable' });
    assert.notEqual(catalogue.trust(), undefined);
  });

  it('is well again after a failed refresh', async () => {
    const catalogue = open();
    fail = new Error('the link is down');
    await assert.rejects(catalogue.refresh(), { code: 'catalogue-unreachable' });
    fail = undefined;
    await (await catalogue.refresh()).runbook(id, hash, version);
  });

  it('follows a root that was rotated', async () => {
    await open().refresh();
    operator.publishRoot(now);
    operator.publishRoot(now);
    await open().refresh();
    assert.equal(versionOf('root.json'), 3);
  });

  it('follows every root in order where it was away for years, each signed by the keys before and the new ones', async () => {
    await open().refresh();
    const year = 365 * 86_400_000;
    // All but the last have expired by now: only the last one must be good still (TUF specification 5.3.10).
    for (const past of [4, 3, 2, 1, 0]) operator.rotateRoot(now - past * year);
    requests = [];
    await open().refresh();
    assert.deepEqual(
      requests.filter((path) => path.endsWith('root.json')),
      [2, 3, 4, 5, 6, 7].map((version) => `metadata/${version}.root.json`),
    );
    assert.equal(versionOf('root.json'), 6);
  });

  for (const [who, signers] of [
    ['only the keys before', (old: Operator['root']) => old.signers.slice(0, 2)],
    ['only the new keys', (_old: Operator['root'], next: Operator['root']) => next.signers.slice(0, 2)],
    [
      'one of the keys before and the new ones',
      (old: Operator['root'], next: Operator['root']) => [...old.signers.slice(0, 1), ...next.signers],
    ],
  ] as const)
    it(`refuses a root that ${who} signed`, async () => {
      await open().refresh();
      const old = operator.root;
      operator.root = new Operator().root;
      operator.publishRoot(now, signers(old, operator.root));
      await assert.rejects(open().refresh(), { code: 'catalogue-invalid' });
      assert.equal(versionOf('root.json'), 1);
    });

  it('refreshes one at a time', async () => {
    const catalogue = open();
    await Promise.all([catalogue.refresh(), catalogue.refresh()]);
    const root = requests.flatMap((path, index) => (path === 'metadata/2.root.json' ? [index] : []));
    const timestamp = requests.indexOf('metadata/timestamp.json');
    assert.ok((root[1] ?? 0) > timestamp, requests.join(' '));
  });

  describe('after its files were damaged', () => {
    const torn = [
      'root.json',
      'timestamp.json',
      'snapshot.json',
      'targets.json',
      'linux-disk.json',
      'trust.json',
    ];
    const damages: [string, (bytes: Buffer) => Buffer][] = [
      ['empty', () => Buffer.alloc(0)],
      ['cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
      ['full of zeros', (bytes) => Buffer.alloc(bytes.length)],
    ];
    for (const name of torn) {
      for (const [how, damage] of damages) {
        it(`refreshes with ${name} ${how}`, async () => {
          const before = open();
          await (await before.refresh()).runbook(id, hash, version);
          damageKept(`metadata/${name}`, damage(kept(`metadata/${name}`)));
          const catalogue = open();
          await (await catalogue.refresh()).runbook(id, hash, version);
          assert.equal(versionOf(name), 1);
        });
      }
    }

    it('refreshes with all of them gone', async () => {
      await open().refresh();
      db.exec('DELETE FROM catalogue');
      await open().refresh();
    });

    it('fetches a target again whose cached bytes do not verify', async () => {
      await (await open().refresh()).runbook(id, hash, version);
      db.exec("UPDATE catalogue SET bytes = x'7b7d' WHERE name LIKE 'targets/%'");
      const refreshed = await open().refresh();
      assert.equal((await refreshed.runbook(id, hash, version)).sha256, hash);
    });

    it('reads the trusted keys anew where their file is damaged', async () => {
      await open().refresh();
      damageKept('trust-keys.json', Buffer.from('{'));
      const catalogue = open();
      assert.equal(catalogue.trust(), undefined);
      await catalogue.refresh();
      assert.notEqual(catalogue.trust(), undefined);
    });
  });

  it('names a disk that takes nothing as that, keeps what it had, and is well once there is room', async () => {
    const disk = new SmallDisk(2);
    db.close();
    db = openState(join(disk.path, 'state.db'));
    try {
      const catalogue = open();
      await catalogue.refresh();
      const before = kept('metadata/timestamp.json');
      operator.publish(now, [scene.bundle], { ...scene.trust, technicians: [] });
      // Nothing was kept for a full disk here.
      disk.fill();
      const fillPages = db.prepare("INSERT INTO outbox (at, body) VALUES (1, printf('%.*c', 3500, 'x'))");
      assert.throws(() => {
        for (;;) fillPages.run();
      });
      await assert.rejects(catalogue.refresh(), {
        code: 'catalogue-unkept',
        message: /disk-full.*free some space/,
      });
      assert.equal(catalogue.trust()?.technicians.size, 2);
      assert.deepEqual(kept('metadata/timestamp.json'), before);
      disk.free();
      await catalogue.refresh();
      assert.equal(catalogue.trust()?.technicians.size, 0);
    } finally {
      db.close();
      disk.remove();
      db = openState(':memory:');
    }
  });

  it('trusts nothing new where what was trusted before cannot be read: that is not the same as none', async () => {
    await open().refresh();
    let failures = 0;
    class Failing extends KeptFiles {
      override read(name: string): Buffer | undefined {
        if (name === 'metadata/timestamp.json' && failures++ === 0) throw new KeepFailure('the disk fails');
        return super.read(name);
      }
    }
    const client = new TufClient({
      files: new Failing(db),
      pinnedRoot: String(operator.files.get('metadata/1.root.json')),
      clock: { now: () => time },
      fetchFile: async (path) => operator.files.get(path) ?? null,
    });
    await assert.rejects(client.refresh(), { name: 'KeepFailure' });
  });

  const malformed: [string, string, string][] = [
    ['no JSON', 'not json', 'runbook-malformed'],
    ['no runbook', '{"manifest":{}}', 'runbook-malformed'],
    ['another runbook', JSON.stringify(scene.bundle).replace(id, 'linux/disk/other'), 'runbook-malformed'],
  ];
  for (const [what, text, code] of malformed) {
    it(`refuses a target that holds ${what}`, async () => {
      const bytes = Buffer.from(text);
      operator.publishTargets(now, new Map([[`${id}.json`, bytes]]), scene.trust);
      const catalogue = open();
      const refreshed = await catalogue.refresh();
      await assert.rejects(refreshed.runbook(id, sha256(bytes), version), { code });
    });
  }
});
