import assert from 'node:assert/strict';
import { DaemonUnit } from './on-hosts/daemon-unit.ts';
import { ManagedHost } from './on-hosts/managed-host.ts';
import { until } from './on-hosts/until.ts';

describe('the network is cut', function () {
  this.timeout(600_000);

  it('keeps what happened meanwhile, and repairs and tells it afterwards, once', async () => {
    await using managed = await ManagedHost.start({ name: 'cut', autonomous: ['linux/service/restart'] });
    const { host, told, controller } = managed;
    const till = await DaemonUnit.install(host, 'till');
    await host.linkDown();
    await host.run('systemctl', 'stop', till.unit);
    await until('the agent keeps the event', async () => {
      const status = await host.run('millwright-agent', 'status', '--json');
      return /"waitingEvents": [1-9]/.test(status) || undefined;
    });
    assert.deepEqual(await told.tickets('service-stopped', till.unit), []);
    assert.equal(await till.isActive(), false, 'nothing runs there without a warrant');
    const endpoint = await told.endpoint();
    await until(
      'the controller misses the endpoint',
      () => !controller.gateway.isConnected(endpoint) || undefined,
      180,
    );
    await host.linkUp();

    const ticket = await told.ended('service-stopped', till.unit, 180);
    assert.equal(ticket.state, 'closed', JSON.stringify(ticket, null, 2));
    assert.deepEqual(
      ticket.runs.map(({ result }) => result?.outcome),
      ['fixed'],
    );
    assert.equal(await till.isActive(), true);
    assert.equal(await till.starts(), 2);
    const raised = (await told.events()).filter(
      (event) => event.type === 'condition-raised' && event.subject === till.unit,
    );
    assert.equal(raised.length, 1);
  });
});
