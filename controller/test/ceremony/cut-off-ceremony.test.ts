import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DurableFiles } from '../../src/catalogue/durable-files.ts';
import { CurrentCatalogue, loadCatalogue, makeNextOnlineKey, publish } from '../../src/catalogue/index.ts';
import { changeKeys, noChange, raiseThreshold, renewCatalogue } from '../../src/ceremony/index.ts';
import { CuttingFiles } from '../catalogue/cutting-files.ts';
import { Fixture } from '../catalogue/fixture.ts';
import { TufReader } from '../catalogue/tuf-reader.ts';

const sample = 'linux/service/sample.json';
const uncut = (): CuttingFiles => new CuttingFiles(Number.POSITIVE_INFINITY);

describe('a ceremony that is cut off', function () {
  this.timeout(120_000);
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = new Fixture();
    await fixture.init({ namespaces: ['linux/service'], files: uncut() });
    await fixture.release(fixture.sample());
  });
  afterEach(() => fixture.remove());

  type Ceremony = (files: DurableFiles) => Promise<unknown>;
  const replaceAll: Ceremony = async (files) => {
    const online = {
      snapshot: await makeNextOnlineKey(fixture.dataDir, 'snapshot', files),
      timestamp: await makeNextOnlineKey(fixture.dataDir, 'timestamp', files),
      warrant: await makeNextOnlineKey(fixture.dataDir, 'warrant', files),
    };
    await changeKeys({ ...fixture.base, files }, { ...noChange, online });
  };
  const ceremonies: readonly { what: string; ceremony: Ceremony; keyIsLost?: true }[] = [
    {
      what: 'raising the threshold',
      ceremony: (files) => raiseThreshold({ ...fixture.base, files, threshold: 2, keys: 2 }),
    },
    { what: "replacing the controller's keys", ceremony: replaceAll },
    { what: "replacing the controller's keys, one of which is lost", ceremony: replaceAll, keyIsLost: true },
    {
      what: 'renewing',
      ceremony: (files) => {
        fixture.time += 20 * 86_400_000;
        return renewCatalogue({ ...fixture.base, files });
      },
    },
  ];
  for (const { what, ceremony, keyIsLost } of ceremonies)
    it(`while ${what}, leaves a good catalogue at every write, and is finished by doing it again`, async () => {
      if (keyIsLost) rmSync(join(fixture.dataDir, 'keys/timestamp.pem'));
      const whole = join(fixture.dir, 'whole');
      const folders = ['data', 'offline'] as const;
      for (const folder of folders)
        cpSync(join(fixture.dir, folder), join(whole, folder), { recursive: true });
      const root = readFileSync(join(fixture.dataDir, 'catalogue/metadata/1.root.json'));
      const { time } = fixture;
      const clients: TufReader[] = [];
      let gaps = 0;
      let cut = 0;
      for (let ended = false; !ended; ) {
        cut += 1;
        fixture.time = time;
        for (const folder of folders) {
          rmSync(join(fixture.dir, folder), { recursive: true });
          cpSync(join(whole, folder), join(fixture.dir, folder), { recursive: true });
        }
        const client = new TufReader(fixture.dataDir, root);
        clients.push(client);
        await client.find(sample, fixture.time);
        const files = new CuttingFiles(cut);
        ended = await ceremony(files)
          .then(() => publish({ ...fixture.base, files }))
          .then(
            () => true,
            () => false,
          );
        fixture.time = time;
        const seen = await client.find(sample, fixture.time).catch((error: Error) => error);
        if (seen instanceof Error) gaps += 1;
        // A controller that starts now finishes what is in force.
        const { dataDir, clock } = fixture;
        const current = await CurrentCatalogue.open(dataDir, clock);
        assert.equal(current.runbooks().length, 1, `cut ${cut}`);
        assert.ok(await client.find(sample, fixture.time), `cut ${cut}: after a start`);

        await ceremony(uncut()).catch((error: { code?: string }) => {
          // It was published as a whole, or all but the clearing up.
          if (error.code !== 'plan-empty' && error.code !== 'key-known') throw error;
        });
        await publish({ ...fixture.base, files: uncut() });
        fixture.time = time;
        assert.ok(await client.find(sample, fixture.time), `cut ${cut}: done again`);
        assert.deepEqual((await publish({ ...fixture.base, files: uncut() })).waiting, []);
        const left = readdirSync(join(fixture.dataDir, 'catalogue/staged')).filter((name) =>
          name.endsWith('.json'),
        );
        assert.deepEqual(left, [], `cut ${cut}`);
        assert.ok(!readdirSync(join(fixture.dataDir, 'keys')).some((name) => name.endsWith('.next.pem')));
        if (what !== 'renewing') assert.ok((await loadCatalogue(fixture.dataDir)).root.version >= 2);
      }
      assert.ok(cut > 15, `${cut} writes`);
      // Only where the lost key's signature is missing, between the two files that change the root.
      assert.ok(keyIsLost ? gaps > 0 : gaps === 0, `${gaps} gaps`);
      for (const client of clients) await client.remove();
    });
});
