import assert from 'node:assert/strict';
import type { SystemdHost } from './host/index.ts';
import { ManagedHost } from './on-hosts/managed-host.ts';
import { until } from './on-hosts/until.ts';

/** A filesystem of its own, small enough to fill. */
async function mountSmall(host: SystemdHost, place: string): Promise<void> {
  await host.run('mkdir', '-p', place);
  await host.run('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', place);
}

const write = (host: SystemdHost, file: string, mebibytes: number): Promise<string> =>
  host.run('dd', 'if=/dev/zero', `of=${file}`, 'bs=1M', `count=${mebibytes}`, 'status=none');

const diskRunbooks = ['linux/disk/clean-temp', 'linux/disk/empty-package-cache', 'linux/disk/vacuum-journal'];

describe('a filesystem fills', function () {
  this.timeout(600_000);

  it('is cleaned by the rule that the endpoint declares, which keeps what it does not name', async () => {
    await using managed = await ManagedHost.start({
      name: 'spool',
      autonomous: ['posix/disk/clean-folder'],
      prepare: (host) => mountSmall(host, '/srv/spool'),
      configuration: {
        folders: [
          {
            path: '/srv/spool',
            limitBytes: 4 * 1024 * 1024,
            clean: ['*.tmp'],
            keepMinutes: 0,
            intervalMs: 500,
          },
        ],
      },
    });
    const { host, told } = managed;
    await write(host, '/srv/spool/ledger.dat', 1);
    await write(host, '/srv/spool/scan.tmp', 5);

    const ticket = await told.ended('folder-over-limit', '/srv/spool');
    assert.equal(ticket.state, 'closed', JSON.stringify(ticket, null, 2));
    assert.deepEqual(
      ticket.runs.map(({ runbook, result }) => [runbook, result?.outcome]),
      [['posix/disk/clean-folder', 'fixed']],
    );
    assert.equal(await host.run('ls', '/srv/spool'), 'ledger.dat\n');
    await told.events();
  });

  it('goes to a person where nothing on it may be deleted, and clears when they have made room', async () => {
    await using managed = await ManagedHost.start({
      name: 'data',
      autonomous: diskRunbooks,
      prepare: (host) => mountSmall(host, '/srv/data'),
      configuration: { collect: { filesystemMs: 500 } },
    });
    const { host, told } = managed;
    await write(host, '/srv/data/ledger.dat', 7);
    // Over the threshold of `disk-filling` and under that of `disk-critical`: 92%.
    await host.run('fallocate', '-l', '400K', '/srv/data/index.dat');

    const ticket = await told.ended('disk-filling', '/srv/data', 180);
    assert.equal(ticket.state, 'escalated', JSON.stringify(ticket, null, 2));
    // Whichever was tried found nothing of its own there, by its own precheck.
    assert.ok(ticket.runs.length > 0, JSON.stringify(ticket, null, 2));
    for (const { runbook, result } of ticket.runs) {
      assert.ok(diskRunbooks.includes(runbook), runbook);
      assert.equal(result?.outcome === 'refused' ? result.code : result?.outcome, 'precheck-failed');
    }
    assert.equal(await host.run('ls', '/srv/data'), 'index.dat\nledger.dat\n');

    await host.run('rm', '/srv/data/ledger.dat');
    await until('the alert is resolved', async () => {
      const [now] = await told.tickets('disk-filling', '/srv/data');
      return now?.alerts.every(({ state }) => state === 'resolved') || undefined;
    });
    await told.events();
  });
});
