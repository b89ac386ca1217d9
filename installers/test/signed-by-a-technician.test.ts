import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createApiToken } from '@millwright/controller/auth';
import { publish } from '@millwright/controller/catalogue';
import { addTechnician } from '@millwright/controller/ceremony';
import { signAndPublish, stockRunbooksDir } from '@millwright/controller/installation';
import { Setting, waitFor } from '../demo/setting.ts';
import { until } from './on-hosts/until.ts';

const program = fileURLToPath(new URL('../../controller/src/cli/main.ts', import.meta.url));
const clock = { now: Date.now };
const runbook = 'posix/process/start';

describe('a fix that needs a technician', function () {
  this.timeout(120_000);
  const setting = new Setting();
  const at = (name: string): string => join(setting.place.root, name);
  const millwright = async (...argv: string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [program, ...argv])).stdout;

  before(() => setting.open());
  after(() => setting.close());

  /** Starting a process, as a class L2 runbook: safe to run for real, wherever this test runs. */
  async function publishAsL2(): Promise<void> {
    const { dataDir, offlineDir } = setting.place;
    const folder = at(runbook);
    cpSync(join(stockRunbooksDir, runbook), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, 'runbook.json'), 'utf8'));
    const raised = { ...manifest, class: 'L2', technicians: 1, version: manifest.version + 1 };
    writeFileSync(join(folder, 'runbook.json'), JSON.stringify(raised));
    writeFileSync(join(folder, 'test.sh'), 'sh -n fix.sh\n');
    await signAndPublish({ dataDir, offlineDir, folders: [folder], clock });
  }

  it('runs on the endpoint once its signature is there, and not before', async () => {
    const { controller, place } = setting;
    const { store, audit, operations, catalogue } = controller;
    await publishAsL2();
    const key = at('ada.pem');
    const made = JSON.parse(await millwright('technician', 'key', '--out', key, '--name', 'Ada', '--json'));
    await addTechnician({
      dataDir: place.dataDir,
      offlineDir: place.offlineDir,
      clock,
      publicKey: made.publicKey,
      name: 'Ada',
      namespaces: [runbook],
      clients: ['hill-bakery'],
    });
    await publish({ dataDir: place.dataDir, clock });
    await waitFor('the catalogue being read', () => catalogue.trust().technicians.length === 1);
    await operations.setMode(runbook, 'hill-bakery', 'suggest', 'test');
    const request = { name: 'ada', role: 'technician' as const, expiresInDays: 1, by: 'test' };
    const { token } = await createApiToken({ store, audit, clock }, request);
    writeFileSync(at('token'), token);

    const becomes = (state: string): Promise<unknown> =>
      until(`the remediation is ${state}`, () =>
        store.read.selectFrom('remediations').select('id').where('state', '=', state).executeTakeFirst(),
      );
    place.killTill();
    await becomes('proposed');
    assert.equal(place.tillPid(), undefined, 'nothing starts it without a signature');
    const door = [
      ...['--url', `https://localhost:${controller.webPort}`],
      ...['--ca', join(place.dataDir, 'tls', 'ca.pem')],
      ...['--token-file', at('token')],
      ...['--root', join(place.dataDir, 'catalogue', 'metadata', '1.root.json')],
    ];
    assert.match(await millwright('approve', '1', ...door, '--key', key, '--yes'), /^Signed\./);
    await becomes('resolved');
    assert.notEqual(place.tillPid(), undefined, 'it runs again');
    const told = await store.read.selectFrom('timeline').select(['actor', 'text']).orderBy('id').execute();
    assert.ok(told.some(({ actor, text }) => actor === 'Ada' && text === `Ada signed ${runbook}.`));
  });
});
