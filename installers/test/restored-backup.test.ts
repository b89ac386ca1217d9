import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Setting, waitFor } from '../demo/setting.ts';
import { until } from './on-hosts/until.ts';

const program = fileURLToPath(new URL('../../controller/src/cli/main.ts', import.meta.url));

/** What docs/operations.md says of a restored controller, with an agent that went on meanwhile. */
describe('a controller restored from a backup', function () {
  this.timeout(120_000);
  const setting = new Setting();
  before(() => setting.open());
  after(() => setting.close());

  const millwright = (...argv: string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [program, ...argv, '--data', setting.place.dataDir]);
  const so = (what: string, is: (alert: Awaited<ReturnType<typeof newest>>) => boolean): Promise<unknown> =>
    until(what, async () => (is(await newest()) ? true : undefined));
  const newest = () =>
    setting.controller.store.read
      .selectFrom('alerts')
      .leftJoin('remediations', 'remediations.alert', 'alerts.id')
      .select(['alerts.condition', 'alerts.subject', 'alerts.state', 'remediations.state as remediation'])
      .orderBy('alerts.id', 'desc')
      .orderBy('remediations.id', 'desc')
      .executeTakeFirst();

  it('is believed by its endpoints, hears again of what stands, and repairs it', async () => {
    const { place } = setting;
    const backup = join(place.root, 'backup');
    const killSwitch = (state: 'on' | 'off'): Promise<unknown> =>
      millwright('kill-switch', state, '--reason', 'the test goes on');
    // The backup knows of a fault that is over by the time it is restored.
    await killSwitch('on');
    place.fillSpool();
    await so('the full folder known', (alert) => alert?.remediation === 'held');
    await millwright('backup', backup);
    await killSwitch('off');
    await so('the folder repaired', (alert) => alert?.state === 'resolved');

    // All this is lost: a run, publications, and a fault that was told and stands.
    place.killTill();
    await so(
      'the daemon repaired',
      (alert) => alert?.condition === 'process-stopped' && alert.remediation === 'resolved',
    );
    await millwright('catalogue', 'publish');
    await killSwitch('on');
    const dead = place.killTill();
    await so('the second fault told', (alert) => alert?.state === 'open');

    await setting.restart(() => {
      rmSync(place.dataDir, { recursive: true });
      cpSync(backup, place.dataDir, { recursive: true });
    });
    await killSwitch('off');
    await waitFor('the daemon running again', () => ![dead, undefined].includes(place.tillPid()));
    await so('its ticket closed', (alert) => alert?.remediation === 'resolved');
    const alerts = await setting.controller.store.read
      .selectFrom('alerts')
      .select(['condition', 'state'])
      .orderBy('id')
      .execute();
    assert.deepEqual(alerts, [
      { condition: 'folder-over-limit', state: 'resolved' },
      { condition: 'process-stopped', state: 'resolved' },
    ]);
  });
});
