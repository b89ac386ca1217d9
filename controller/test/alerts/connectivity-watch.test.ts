import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { databasePath } from '../../src/installation/index.ts';
import type { Controller } from '../../src/main.ts';
import { openStore } from '../../src/store/index.ts';
import { Endpoint, processRuns, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { applied, ticketIn } from '../harness/ticket.ts';

/** Offline after 60 seconds, a site's window of 30; no startup grace but where a test restarts with one. */
describe('connectivity', () => {
  let installation: Installation;

  beforeEach(async () => {
    installation = await Installation.create();
  });
  afterEach(() => installation.remove());

  const join = async (count: number, site?: string): Promise<Endpoint[]> => {
    const endpoints: Endpoint[] = [];
    for (let index = 0; index < count; index += 1) {
      const endpoint = await Endpoint.enrol(await installation.bundle('Hill Bakery', site));
      await endpoint.connect(installation.controller.agentsPort);
      endpoints.push(endpoint);
    }
    return endpoints;
  };
  const gone = async (endpoints: readonly Endpoint[]): Promise<void> => {
    for (const endpoint of endpoints) await endpoint.disconnect();
    while (endpoints.some((endpoint) => installation.controller.gateway.isConnected(endpoint.id)))
      await sleep(10);
    await sleep(50);
  };
  const alerts = ({ store }: Controller) =>
    store.read
      .selectFrom('alerts')
      .select(['condition', 'state', 'suppressed', 'ticket'])
      .orderBy('id')
      .execute();
  /** Waits until there are as many alerts, and a little longer to see that no more come. */
  const alertsOnce = async (count: number) => {
    for (let tries = 0; tries < 800 && (await alerts(installation.controller)).length < count; tries += 1)
      await sleep(20);
    return alerts(installation.controller);
  };

  it('raises agent-offline once for an endpoint that stays away, hands it to a person, and closes when it is back', async () => {
    const [endpoint, other] = await join(2, 'A');
    const third = await join(1, 'A');
    assert.ok(endpoint !== undefined && other !== undefined && third.length === 1);
    await gone([endpoint]);
    installation.clock.advance(61_000);
    assert.deepEqual(
      (await alertsOnce(1)).map(({ condition }) => condition),
      ['agent-offline'],
    );
    await ticketIn(installation.controller, 'escalated');
    await endpoint.connect(installation.controller.agentsPort);
    const ticket = await ticketIn(installation.controller, 'closed');
    assert.match(ticket.subject, /Agent offline/);
    await other.disconnect();
    await third[0]?.disconnect();
  });

  it('tells of a site that went as a whole once, and of none of its endpoints', async () => {
    const endpoints = await join(4, 'B');
    await gone(endpoints);
    installation.clock.advance(61_000);
    const told = await alertsOnce(5);
    assert.deepEqual(told.filter(({ condition }) => condition === 'site-offline').length, 1);
    assert.deepEqual(
      told.filter(
        ({ condition, suppressed, ticket }) =>
          condition === 'agent-offline' && (suppressed !== 'site-offline' || ticket !== null),
      ),
      [],
    );
    await Promise.all(endpoints.map((endpoint) => endpoint.connect(installation.controller.agentsPort)));
    const ticket = await ticketIn(installation.controller, 'closed');
    assert.match(ticket.subject, /Site offline/);
    for (const endpoint of endpoints) await endpoint.disconnect();
  });

  it('tells of a site that went as a whole, and is back, whatever was switched off there long ago', async () => {
    const retired = await join(2, 'E');
    const endpoints = await join(2, 'E');
    await gone(retired.slice(0, 1));
    installation.clock.advance(3_600_000);
    await gone(retired.slice(1));
    installation.clock.advance(7 * 86_400_000);
    await alertsOnce(2);
    await gone(endpoints);
    installation.clock.advance(61_000);
    const told = await alertsOnce(3);
    assert.ok(
      told.some(({ condition, state }) => condition === 'site-offline' && state === 'open'),
      JSON.stringify(told),
    );
    await Promise.all(endpoints.map((endpoint) => endpoint.connect(installation.controller.agentsPort)));
    const ticket = await ticketIn(installation.controller, 'closed');
    assert.match(ticket.subject, /Site offline/);
    for (const endpoint of endpoints) await endpoint.disconnect();
  });

  it('counts from its own start who was there before it, since nobody could have heard of them meanwhile', async () => {
    const endpoints = await join(1, 'F');
    await installation.stop();
    // A controller that was killed leaves its endpoints connected, last seen when they last told an event.
    const store = await openStore(databasePath(installation.dataDir));
    await store.write((tx) => tx.updateTable('endpoints').set({ connected: 1 }).execute());
    await store.close();
    installation.clock.advance(3 * 86_400_000);
    await installation.start();
    installation.clock.advance(61_000);
    await alertsOnce(1);
    const { description } = await installation.controller.store.read
      .selectFrom('alerts')
      .select('description')
      .executeTakeFirstOrThrow();
    assert.doesNotMatch(description, /day/);
    for (const endpoint of endpoints) await endpoint.disconnect();
  });

  it('raises nothing after a restart while the grace lasts', async () => {
    const endpoints = await join(1, 'C');
    await gone(endpoints);
    await installation.stop();
    installation.clock.advance(600_000);
    installation.setStartupGrace(3600);
    await installation.start();
    await sleep(6000);
    assert.deepEqual(await alerts(installation.controller), []);
  });

  it('opens no ticket for what happens in a maintenance window, and shows it all the same', async () => {
    const [endpoint] = await join(1, 'D');
    assert.ok(endpoint !== undefined);
    const { store } = installation.controller;
    const now = installation.clock.now();
    await store.write((tx) =>
      tx
        .insertInto('maintenance')
        .values({
          scope: 'endpoint',
          scopeId: endpoint.id,
          startsAt: now - 1000,
          endsAt: now + 3_600_000,
          reason: 'move',
          createdBy: 'ada',
        })
        .execute(),
    );
    await endpoint.tell(processStopped());
    await applied(installation.controller);
    assert.deepEqual(await alerts(installation.controller), [
      { condition: 'process-stopped', state: 'open', suppressed: 'maintenance', ticket: null },
    ]);
    await endpoint.tell(processRuns(), processStopped(), processStopped());
    await applied(installation.controller);
    const [first, second] = await alerts(installation.controller);
    assert.equal(first?.state, 'resolved');
    assert.equal(second?.state, 'open', 'what is told twice stands once');
    await endpoint.disconnect();
  });
});
