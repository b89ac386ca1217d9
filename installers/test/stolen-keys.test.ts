import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Setting, waitFor } from '../demo/setting.ts';
import { until } from './on-hosts/until.ts';

const program = fileURLToPath(new URL('../../controller/src/cli/main.ts', import.meta.url));

/** What docs/security.md tells an operator to do when a controller's keys are stolen, with an agent that was enrolled before. */
describe("the controller's keys, once they are stolen", function () {
  this.timeout(120_000);
  const setting = new Setting();
  before(() => setting.open());
  after(() => setting.close());

  const millwright = async (...argv: string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [program, ...argv, '--data', setting.place.dataDir])).stdout;
  const is = (table: 'remediations' | 'alerts', id: number, state: string): Promise<unknown> =>
    until(`${table} ${id}: ${state}`, () =>
      setting.controller.store.read
        .selectFrom(table)
        .select('id')
        .where('id', '=', id)
        .where('state', '=', state)
        .executeTakeFirst(),
    );

  it('count for nothing after they were replaced, and the endpoint follows the new ones by itself', async () => {
    const { place } = setting;
    const keys = (...argv: string[]): Promise<string> =>
      millwright('catalogue', 'keys', ...argv, '--offline', place.offlineDir, '--yes');
    await keys('raise', '--threshold', '2', '--keys', '3');
    await millwright('catalogue', 'publish');
    await keys('replace', 'snapshot', 'timestamp', 'warrant');
    await millwright('catalogue', 'publish');

    // The controller that still runs has the old warrant key: it is what a thief's copy would be.
    place.killTill();
    await is('remediations', 1, 'escalated');
    const told = await setting.controller.store.read.selectFrom('timeline').select('text').execute();
    assert.ok(
      told.some(({ text }) => text.startsWith('Refused (warrant-key-revoked)')),
      told.map(({ text }) => text).join('\n'),
    );

    const dead = place.tillPid();
    place.startTill();
    await waitFor('the daemon starting', () => ![dead, undefined].includes(place.tillPid()));
    await is('alerts', 1, 'resolved');
    await setting.restart();
    place.killTill();
    await is('remediations', 2, 'resolved');
  });
});
