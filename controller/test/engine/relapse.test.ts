import assert from 'node:assert/strict';
import { WATCH_MS } from '../../src/alerts/alerts.ts';
import { Endpoint, processRuns, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { applied, ticketIn, ticketOf } from '../harness/ticket.ts';

const runbook = 'posix/process/start';

describe('a fix that is watched', () => {
  let installation: Installation;
  let endpoint: Endpoint;

  beforeEach(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
    await installation.controller.operations.setMode(runbook, '*', 'autonomous', 'owner');
  });
  afterEach(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  const attempts = () =>
    installation.controller.store.read
      .selectFrom('remediations')
      .innerJoin('alerts', 'alerts.id', 'remediations.alert')
      .select(['remediations.state', 'alerts.ticket', 'remediations.watchedUntil'])
      .orderBy('remediations.id')
      .execute();
  const states = async () => (await attempts()).map(({ state }) => state);
  const fix = async (): Promise<void> => {
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
    await applied(installation.controller);
  };

  it('says until when it is watched, and goes on with the same ticket when the fault comes back', async () => {
    await endpoint.tell(processStopped());
    await fix();
    const closed = await ticketIn(installation.controller, 'closed');
    const [first] = await attempts();
    assert.ok(first?.watchedUntil != null && first.watchedUntil > installation.clock.now());
    const minute = new Date(first.watchedUntil).toISOString().slice(0, 16).replace('T', ' ');
    assert.ok(closed.text.includes(`Watched until ${minute} UTC`), closed.text);

    endpoint.clock.advance(WATCH_MS - 10_000);
    await endpoint.tell(processStopped());
    await applied(installation.controller);
    const again = await ticketOf(installation.controller, closed.id);
    assert.deepEqual([again.state, again.closedAt, again.fixedInMs], ['open', null, null]);
    assert.match(
      again.timeline.find(({ kind }) => kind === 'reopened')?.text ?? '',
      /came back 4 minutes 50 seconds after/,
    );
    await fix();
    assert.deepEqual(await states(), ['relapsed', 'resolved']);
    assert.deepEqual(
      (await attempts()).map(({ ticket }) => ticket),
      [closed.id, closed.id],
    );
    assert.equal((await ticketOf(installation.controller, closed.id)).state, 'closed');
    const told = await installation.controller.store.read
      .selectFrom('audit')
      .select('detail')
      .where('action', '=', 'fix-relapsed')
      .execute();
    assert.equal(told.length, 1);
    assert.match(told[0]?.detail ?? '', /posix\/process\/start/);
  });

  it('has held once the fault comes back later: that is another ticket', async () => {
    await endpoint.tell(processStopped());
    await fix();
    endpoint.clock.advance(WATCH_MS + 1000);
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'open', 2);
    await fix();
    assert.deepEqual(await states(), ['resolved', 'resolved']);
  });

  it('ends with a person when the fault keeps coming back, and stays with that person', async () => {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await endpoint.tell(processStopped());
      await fix();
    }
    await endpoint.tell(processStopped());
    assert.match((await ticketIn(installation.controller, 'escalated', 1)).text, /3 attempts in the last 24/);
    await endpoint.tell(processRuns());
    await applied(installation.controller);
    const calm = await ticketOf(installation.controller, 1);
    assert.equal(calm.state, 'escalated', 'it is over for a moment only');
    assert.match(calm.timeline.at(-1)?.text ?? '', /seen 4 times: whoever has found the cause/);
    await endpoint.tell(processStopped(), processRuns(), processStopped());
    await applied(installation.controller);
    assert.equal((await ticketOf(installation.controller, 1)).state, 'escalated');
    assert.deepEqual(await states(), ['relapsed', 'relapsed', 'relapsed', 'escalated']);
    assert.equal(
      (await installation.controller.store.read.selectFrom('tickets').select('id').execute()).length,
      1,
    );
  });

  it('has not held when the fault is back before the report comes', async () => {
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(processRuns(), processStopped());
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    const second = await endpoint.warrant();
    assert.notEqual(second.warrant.id, warrant.id);
    assert.equal((await ticketOf(installation.controller, 1)).state, 'open');
    await endpoint.tell(endpoint.report(second.warrant, second.bytes, { outcome: 'fixed' }), processRuns());
    await ticketIn(installation.controller, 'closed', 1);
    assert.deepEqual(await states(), ['relapsed', 'resolved']);
  });

  it('is not tried again in the same ticket after its script failed', async () => {
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(processRuns(), processStopped());
    await endpoint.tell(
      endpoint.report(warrant, bytes, { outcome: 'failed', failedStep: 'fix', rolledBack: false }),
    );
    await ticketIn(installation.controller, 'escalated', 1);
    assert.deepEqual(await states(), ['escalated', 'withdrawn']);
  });

  it('closes once, with the newest end, when the fault went and came while it ran', async () => {
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(processRuns(), processStopped(), processRuns());
    await applied(installation.controller);
    assert.equal((await ticketOf(installation.controller, 1)).state, 'open');
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    const ticket = await ticketIn(installation.controller, 'closed', 1);
    assert.equal(ticket.timeline.filter(({ kind }) => kind === 'closed').length, 1);
    assert.deepEqual(await states(), ['resolved', 'withdrawn']);
  });

  it('opens again what a person closed by hand meanwhile', async () => {
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await installation.controller.operations.closeTicket(1, 'ada', 'done by hand');
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
    await applied(installation.controller);
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'open', 1);
    assert.equal((await states())[0], 'relapsed');
  });

  it('is shown again to whoever acknowledged it, and goes on after a restart', async () => {
    await endpoint.tell(processStopped());
    await installation.controller.operations.acknowledge(1, 'ada');
    await fix();
    await endpoint.tell(processStopped());
    await endpoint.disconnect();
    await installation.restart();
    await endpoint.connect(installation.controller.agentsPort);
    await fix();
    assert.deepEqual(await states(), ['relapsed', 'resolved']);
    const alerts = await installation.controller.store.read
      .selectFrom('alerts')
      .select(['acknowledgedBy', 'ticket'])
      .orderBy('id')
      .execute();
    assert.deepEqual(alerts, [
      { acknowledgedBy: 'ada', ticket: 1 },
      { acknowledgedBy: null, ticket: 1 },
    ]);
  });
});
