import assert from 'node:assert/strict';
import { DaemonUnit } from './on-hosts/daemon-unit.ts';
import { ManagedHost } from './on-hosts/managed-host.ts';
import { until } from './on-hosts/until.ts';

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

  it('is nothing where somebody restarts it or it waits for its turn, and a fault at once where it is killed', async () => {
    await using managed = await ManagedHost.start({ name: 'hand', autonomous: ['linux/service/restart'] });
    const { host, told } = managed;
    const { unit } = await DaemonUnit.install(host, 'till');
    for (let time = 0; time < 10; time += 1) {
      await host.run('systemctl', 'restart', unit);
      // systemd itself refuses a sixth start within ten seconds.
      await host.run('systemctl', 'reset-failed', unit);
    }
    await host.run('systemctl', 'stop', unit);
    await host.run('systemctl', 'start', unit);
    // As at boot: enabled, and in the queue for longer than a stopped service is given, as the agent starts.
    const late = await DaemonUnit.install(host, 'late');
    await host.run(
      'sh',
      '-c',
      `cd /etc/systemd/system && mkdir ${late.unit}.d &&
       printf '[Service]\\nType=oneshot\\nExecStart=/bin/sleep 15\\n' > slow.service &&
       printf '[Unit]\\nWants=slow.service\\nAfter=slow.service\\n' > ${late.unit}.d/order.conf`,
    );
    await host.run('systemctl', 'daemon-reload');
    await host.run('systemctl', 'stop', late.unit);
    await host.run('systemctl', 'start', '--no-block', late.unit);
    await host.run('systemctl', 'restart', 'millwright-agent');
    await until('its turn comes', async () => (await late.isActive()) || undefined);
    await host.run('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', unit);

    // Had one of these been told, it would have been told before this.
    const ticket = await told.ended('service-stopped', unit);
    assert.match(ticket.timeline[0]?.text ?? '', /is failed \(failed, failed, signal\)/);
    assert.equal((await told.tickets('service-stopped', unit)).length, 1);
    assert.deepEqual(await told.tickets('service-stopped', late.unit), []);
    assert.equal((await host.run('systemctl', 'is-active', unit)).trim(), 'active');
  });

  it('is restarted three times where it falls over each time, in one ticket that ends with a person', async () => {
    await using managed = await ManagedHost.start({ name: 'falls', autonomous: ['linux/service/restart'] });
    const { host, told } = managed;
    const weak = await DaemonUnit.install(host, 'weak');
    // From now on it comes up, and is gone a second later.
    await host.run('mkdir', '-p', `/etc/systemd/system/${weak.unit}.d`);
    await host.run(
      'sh',
      '-c',
      `printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep 1\\n' > /etc/systemd/system/${weak.unit}.d/weak.conf`,
    );
    await host.run('systemctl', 'daemon-reload');
    await host.run('systemctl', 'stop', weak.unit);

    const ticket = await until(
      'a person is asked',
      async () =>
        (await told.tickets('service-stopped', weak.unit)).find(({ state }) => state === 'escalated'),
      240,
    );
    assert.equal((await told.tickets('service-stopped', weak.unit)).length, 1, 'it is one story');
    const said = JSON.stringify(ticket, null, 2);
    const ran = ticket.runs.filter(({ result }) => result?.outcome !== 'refused');
    assert.ok(ran.length > 1 && ran.length <= 3, said);
    assert.ok(
      ticket.timeline.some(({ kind, text }) => kind === 'reopened' && /came back/.test(text)),
      said,
    );
    assert.match(
      ticket.timeline.findLast(({ kind }) => kind === 'escalated')?.text ?? '',
      /3 attempts in the last 24 hours|keeps coming back/,
    );
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
