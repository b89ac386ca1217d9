import assert from 'node:assert/strict';
import { ManagedHost } from './on-hosts/managed-host.ts';

describe('a service is stopped', function () {
  this.timeout(600_000);

  it('runs again, and the ticket is closed with the proof', async () => {
    await using managed = await ManagedHost.start({ name: 'cron', autonomous: ['linux/service/restart'] });
    const { host, told } = managed;
    await host.run('systemctl', 'stop', 'cron');

    const ticket = await told.ended('service-stopped', 'cron.service');
    assert.equal((await host.run('systemctl', 'is-active', 'cron')).trim(), 'active');
    assert.equal(ticket.state, 'closed', JSON.stringify(ticket, null, 2));
    assert.deepEqual(
      ticket.runs.map(({ runbook, state, result }) => [runbook, state, result?.outcome]),
      [['linux/service/restart', 'ended', 'fixed']],
    );
    assert.deepEqual(ticket.alerts, [
      { condition: 'service-stopped', subject: 'cron.service', state: 'resolved' },
    ]);
    const kinds = ticket.timeline.map(({ kind }) => kind);
    for (const kind of ['opened', 'decision', 'warrant', 'verified', 'closed'])
      assert.ok(kinds.includes(kind), `${kind} stands in the timeline: ${kinds.join(', ')}`);
    await told.events();
  });

  it('is told and left alone where no runbook may run alone', async () => {
    await using managed = await ManagedHost.start({ name: 'shadow', autonomous: [] });
    const { host, told } = managed;
    await host.run('systemctl', 'stop', 'cron');

    const ticket = await told.ended('service-stopped', 'cron.service');
    assert.equal(ticket.state, 'escalated');
    assert.match(ticket.timeline.findLast(({ kind }) => kind === 'escalated')?.text ?? '', /in shadow/);
    assert.deepEqual(ticket.runs, []);
    assert.equal((await host.attempt('systemctl', 'is-active', 'cron')).stdout.trim(), 'inactive');
  });
});
