import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyIdOf, sha256 } from '@millwright/shared/trust';
import { carriedProof } from '../../src/catalogue/carried-files.ts';
import { publish, refreshTimestamp } from '../../src/catalogue/index.ts';
import { parseBundle } from '../../src/catalogue/load-catalogue.ts';
import {
  addTechnician,
  raiseThreshold,
  removeTechnician,
  withdrawRunbook,
} from '../../src/ceremony/index.ts';
import { CliError } from '../../src/cli/cli-error.ts';
import { checkSigned } from '../../src/cli/draft-check.ts';
import { type RootOfTrust, verifiedCatalogue } from '../../src/cli/pinned-root.ts';
import { day, Fixture } from '../catalogue/fixture.ts';

const id = 'linux/service/sample';
type Order = Parameters<typeof checkSigned>[0];
const refusedFor =
  (why: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof CliError && error.code === 'refused', String(error));
    assert.match(error.message, why);
    return true;
  };

describe("what a technician's machine trusts", () => {
  let fixture: Fixture;
  let file: string;
  let asked: string[];
  const key = generateKeyPairSync('ed25519').publicKey;
  const signer = { keyid: keyIdOf(key), client: 'hill-bakery' };

  beforeEach(async () => {
    fixture = new Fixture();
    file = join(fixture.dir, 'ada.pem.catalogue.json');
    asked = [];
    await fixture.init({ namespaces: ['linux/service', 'linux/disk'] });
    await addTechnician({
      ...fixture.base,
      publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
      name: 'Ada',
      namespaces: ['linux/service/*'],
      clients: ['hill-bakery'],
    });
    await fixture.release(fixture.sample());
  });
  afterEach(() => fixture.remove());

  const root = (): string => readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json'), 'utf8');
  const trust = (given: string | undefined, answer = true): RootOfTrust => ({
    file,
    given,
    confirm: async (fingerprint) => {
      asked.push(fingerprint);
      return answer;
    },
  });
  const shown = () => carriedProof(fixture.dataDir);
  const look = async (given: string | undefined = root(), files = shown()) =>
    verifiedCatalogue(trust(given), await files, fixture.time);
  /** A draft for the runbook as it was published at first. */
  const draft = (): Order => {
    const packed = readTargetOf(fixture);
    return {
      warrant: { runbook: { id, sha256: sha256(packed), version: 1 } },
      bundle: parseBundle(`${id}.json`, packed),
    };
  };
  const check = async (checked: Order, as = signer) =>
    checkSigned(checked, await look(), { ...as, now: fixture.time });

  it('begins with the root that was brought, or that somebody compared, and stays with it', async () => {
    await assert.rejects(
      verifiedCatalogue(trust(undefined, false), await shown(), fixture.time),
      refusedFor(/no root is trusted yet/),
    );
    assert.ok(!existsSync(file));
    const begin = async () => verifiedCatalogue(trust(undefined), await shown(), fixture.time);
    await begin();
    assert.deepEqual(asked, [sha256(Buffer.from(root())), sha256(Buffer.from(root()))]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await begin();
    assert.equal(asked.length, 2, 'it is known now');
    const other = new Fixture();
    await other.init({ namespaces: ['linux/service'] });
    const theirs = await carriedProof(other.dataDir);
    const theirRoot = readFileSync(join(other.dataDir, 'catalogue/metadata/1.root.json'), 'utf8');
    other.remove();
    for (const given of [undefined, theirRoot])
      await assert.rejects(
        verifiedCatalogue(trust(given), theirs, fixture.time),
        refusedFor(/does not follow from the root that this machine trusts/),
      );
    await assert.rejects(
      look(theirRoot),
      refusedFor(/does not follow from the root/),
      'one that was named counts too',
    );
  });

  it('lets a signed runbook pass that the technician may approve', () => check(draft()));

  it('follows a root that was rotated, and is not led back before it', async () => {
    await look();
    const before = await shown();
    await raiseThreshold({ ...fixture.base, threshold: 2, keys: 3 });
    await publish(fixture.base);
    await check(draft());
    await assert.rejects(
      look(undefined, Promise.resolve(before)),
      refusedFor(/does not follow from the root|was seen here before/),
    );
  });

  it('refuses a runbook that was withdrawn, though the controller shows the catalogue from before', async () => {
    const checked = draft();
    const before = await shown();
    await look();
    await withdrawRunbook({ ...fixture.base, id });
    await publish(fixture.base);
    await assert.rejects(
      check(checked),
      refusedFor(/is not in the catalogue that was signed offline, or no longer/),
    );
    await assert.rejects(look(undefined, Promise.resolve(before)), refusedFor(/was seen here before/));
  });

  it('refuses a version of a runbook that a newer one replaced', async () => {
    const checked = draft();
    await fixture.release(fixture.sample({ manifest: { version: 2 } }));
    await assert.rejects(check(checked), refusedFor(/is not the one that was signed offline/));
  });

  it('refuses a catalogue that is out of date, as a whole or in the part that counts', async () => {
    await look();
    fixture.time += day + 1000;
    await assert.rejects(look(), refusedFor(/out of date: timestamp was good until/));
    await refreshTimestamp(fixture.base);
    await look();
    fixture.time += 29 * day;
    await refreshTimestamp(fixture.base);
    await assert.rejects(check(draft()), refusedFor(/out of date: linux-service was good until/));
  });

  it('refuses a technician who was taken out, or for whom it is out of reach', async () => {
    await assert.rejects(
      check(draft(), { ...signer, client: 'till-shop' }),
      refusedFor(/Ada may not approve linux\/service\/sample for the client till-shop/),
    );
    await removeTechnician({ ...fixture.base, keyid: signer.keyid });
    await publish(fixture.base);
    await assert.rejects(
      check(draft()),
      refusedFor(/is not one of a technician in the catalogue, or no longer/),
    );
  });

  it('refuses metadata that was altered, left out, or named by a path that leads elsewhere', async () => {
    await look();
    const good = await shown();
    const name = Object.keys(good).find((path) => path.endsWith('.linux-service.json')) ?? '';
    const altered = Buffer.from(good[name] ?? '', 'base64')
      .toString('utf8')
      .replace('"length":', '"length":1');
    const { [name]: role, ...rest } = good;
    assert.ok(role !== undefined);
    for (const files of [{ ...good, [name]: Buffer.from(altered).toString('base64') }, rest])
      await assert.rejects(
        look(undefined, Promise.resolve(files)),
        refusedFor(/does not follow from the root/),
      );
    await assert.rejects(look(undefined, Promise.resolve({ ...good, 'metadata/../../x': '' })));
  });

  it('says so where what it remembers is damaged', async () => {
    writeFileSync(file, '{}');
    await assert.rejects(look(), (error: unknown) => error instanceof CliError && error.code === 'failed');
    rmSync(file);
    await look();
  });
});

function readTargetOf(fixture: Fixture): Buffer {
  const folder = join(fixture.dataDir, 'catalogue/targets/linux/service');
  const [name = ''] = readdirSync(folder);
  return readFileSync(join(folder, name));
}
