import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { DaemonUnit } from './on-hosts/daemon-unit.ts';
import { ManagedHost } from './on-hosts/managed-host.ts';
import { until } from './on-hosts/until.ts';

/** From the fault to the kill, in milliseconds: before the event is out, while the fix is on its way, while it is verified. */
const moments = [0, 60, 200];

describe('the agent is killed in the middle', function () {
  this.timeout(600_000);

  for (const moment of moments) {
    it(`${moment} ms after a fault: it comes back, nothing is lost, nothing is done twice`, async () => {
      await using managed = await ManagedHost.start({
        name: `killed-${moment}`,
        autonomous: ['linux/service/restart'],
      });
      const { host, told, controller } = managed;
      const till = await DaemonUnit.install(host, 'till');
      await host.run('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', till.unit);
      await delay(moment);
      await host.run('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', 'millwright-agent');

      const ticket = await told.ended('service-stopped', till.unit);
      const endpoint = await told.endpoint();
      await until('it is connected again', () => controller.gateway.isConnected(endpoint) || undefined);
      const said = JSON.stringify(ticket, null, 2);
      const outcomes = ticket.runs.map(({ result }) => result?.outcome);
      // A warrant that was taken and not begun is used up, and another is written.
      const begun = outcomes.filter((outcome) => outcome !== 'interrupted' || ticket.state !== 'closed');
      assert.equal(begun.length, 1, said);
      if (ticket.state === 'closed') {
        assert.ok(begun[0] === 'fixed' || begun[0] === 'not-needed', said);
        assert.equal(await till.isActive(), true);
      } else {
        assert.deepEqual(begun, ['interrupted'], said);
        assert.match(
          ticket.timeline.findLast(({ kind }) => kind === 'escalated')?.text ?? '',
          /interrupted|ended in the middle/,
        );
      }
      assert.ok((await till.starts()) <= 2, 'started by the fix at most once');

      await until(
        'everything is delivered',
        async () =>
          /"waitingEvents": 0/.test(await host.run('millwright-agent', 'status', '--json')) || undefined,
      );
      const events = await told.events();
      const starts = events.filter((event) => event.type === 'agent-started').map(({ previous }) => previous);
      assert.deepEqual(starts, ['first-start', 'killed']);
      assert.equal(
        events.filter(({ type }) => type === 'run-ended').length,
        outcomes.length,
        'each run ends once',
      );
      assert.match(await host.run('millwright-agent', 'status'), /Own log +intact/);
    });
  }
});
