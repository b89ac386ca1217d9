import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '@millwright/shared/api';
import { WATCH_MS } from '../../src/alerts/alerts.ts';
import { verifyAudit } from '../../src/audit/index.ts';
import { EngineError } from '../../src/engine/index.ts';
import { Endpoint, processRuns, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { publishChanged } from '../harness/runbooks.ts';
import { applied, ticketIn, ticketOf } from '../harness/ticket.ts';

const runbook = 'posix/process/start';

describe('engine', () => {
  let installation: Installation;
  let endpoint: Endpoint;

  const setMode = (mode: Mode): Promise<void> =>
    installation.controller.operations.setMode(runbook, '*', mode, 'owner');
  const noWarrant = async (): Promise<void> => {
    await sleep(300);
    assert.equal(
      endpoint.received.some((message) => message.type === 'warrant'),
      false,
      'nothing may be sent',
    );
    assert.equal(
      (await installation.controller.store.read.selectFrom('runs').selectAll().execute()).length,
      0,
    );
  };

  beforeEach(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
  });
  afterEach(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  it('orders a fix, waits for the readings, and closes the ticket with the whole story', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    assert.equal(warrant.runbook.id, runbook);
    assert.deepEqual(warrant.parameters, { process: 'till' });
    assert.equal(warrant.endpoint, endpoint.thumbprint);
    await endpoint.tell(
      { type: 'run-progress', warrant: warrant.id, state: 'fixing' },
      endpoint.report(warrant, bytes, { outcome: 'fixed' }),
    );
    await applied(installation.controller);
    const before = await ticketIn(installation.controller, 'open');
    assert.match(before.text, /its own check says that it is fixed/);
    await endpoint.tell(processRuns());
    const { fixedInMs, timeline } = await ticketIn(installation.controller, 'closed');
    assert.ok(fixedInMs !== null && fixedInMs >= 0);
    assert.deepEqual(
      timeline.map((entry) => entry.kind),
      ['opened', 'decision', 'warrant', 'run', 'verified', 'closed'],
    );
    assert.equal((await verifyAudit(installation.controller.store.read)).ok, true);
  });

  it('closes when the condition clears before the report comes', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(processRuns());
    await applied(installation.controller);
    assert.equal((await ticketIn(installation.controller, 'open')).closedAt, null);
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    assert.notEqual((await ticketIn(installation.controller, 'closed')).fixedInMs, null);
  });

  it('sends nothing in shadow, and says what it would have run', async () => {
    await setMode('shadow');
    await endpoint.tell(processStopped());
    const ticket = await ticketIn(installation.controller, 'escalated');
    assert.match(ticket.text, /in shadow here: this is what it would have run, and nothing was sent/);
    await noWarrant();
  });

  it('is in shadow where nobody has said anything', async () => {
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'escalated');
    await noWarrant();
  });

  it('sends nothing for a runbook that is off', async () => {
    await setMode('off');
    await endpoint.tell(processStopped());
    assert.match((await ticketIn(installation.controller, 'escalated')).text, /switched off for this client/);
    await noWarrant();
  });

  it('waits for a person in suggest, and runs on the yes', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    const ticket = await ticketIn(installation.controller, 'waiting');
    await noWarrant();
    const { id } = await installation.controller.store.read
      .selectFrom('remediations')
      .select('id')
      .executeTakeFirstOrThrow();
    await installation.controller.operations.approve(id, 'ada');
    const { warrant } = await endpoint.warrant();
    assert.deepEqual(warrant.decidedBy, { kind: 'technician', name: 'ada' });
    assert.equal(warrant.ticket, ticket.id);
    await assert.rejects(
      installation.controller.operations.approve(id, 'ada'),
      (error) => error instanceof EngineError && error.code === 'wrong-state',
    );
  });

  it('sends nothing that was approved before it was set to shadow', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await endpoint.disconnect();
    await installation.controller.operations.approve(1, 'ada');
    await setMode('shadow');
    await endpoint.connect(installation.controller.agentsPort);
    const { text } = await ticketIn(installation.controller, 'escalated');
    assert.match(text, /set to shadow for this client meanwhile: nothing was sent/);
    await noWarrant();
  });

  it('takes no yes to a runbook that was published anew since it was shown', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await publishChanged(installation, runbook, { version: 2, title: 'Start it otherwise' });
    await assert.rejects(
      installation.controller.operations.approve(1, 'ada'),
      (error) => error instanceof EngineError && /published anew since it was proposed/.test(error.message),
    );
    await noWarrant();
  });

  it('sends nothing that was published anew after the yes', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await endpoint.disconnect();
    await installation.controller.operations.approve(1, 'ada');
    await publishChanged(installation, runbook, { version: 2, title: 'Start it otherwise' });
    await endpoint.connect(installation.controller.agentsPort);
    assert.match(
      (await ticketIn(installation.controller, 'escalated')).text,
      /published anew after ada said yes/,
    );
    await noWarrant();
  });

  it('runs by hand what is in shadow, and nothing that is off', async () => {
    const { operations } = installation.controller;
    const order = { endpoint: endpoint.id, runbook: 'posix/diagnose/uptime', parameters: {}, by: 'ada' };
    await operations.setMode(order.runbook, '*', 'off', 'owner');
    await assert.rejects(
      operations.order(order),
      (error) => error instanceof EngineError && error.code === 'not-allowed',
    );
    await noWarrant();
    await operations.setMode(order.runbook, '*', 'shadow', 'owner');
    await operations.order(order);
    await endpoint.warrant();
  });

  it('tells screens of a proposal once, and not each second for as long as it waits', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await sleep(100);
    const told: unknown[] = [];
    const end = installation.controller.live.subscribe((change) => told.push(change));
    await sleep(2200);
    end();
    assert.deepEqual(told, []);
  });

  it('sends nothing after a no, nor after the proposal expired', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped('till'), processStopped('door'));
    await ticketIn(installation.controller, 'waiting', 1);
    await ticketIn(installation.controller, 'waiting', 2);
    await installation.controller.operations.decline(1, 'ada', 'it is being moved');
    assert.match(
      (await ticketIn(installation.controller, 'escalated', 1)).text,
      /ada declined .* it is being moved/,
    );
    installation.clock.advance(5 * 3_600_000);
    assert.match((await ticketIn(installation.controller, 'escalated', 2)).text, /nobody said yes/);
    await assert.rejects(
      installation.controller.operations.approve(2, 'ada'),
      (error) => error instanceof EngineError && error.code === 'wrong-state',
    );
    await noWarrant();
  });

  it('runs one thing at a time on an endpoint', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped('till'), processStopped('door'));
    const first = await endpoint.warrant();
    await sleep(300);
    assert.equal(
      endpoint.received.some((message) => message.type === 'warrant'),
      false,
    );
    await endpoint.tell(endpoint.report(first.warrant, first.bytes, { outcome: 'fixed' }));
    const second = await endpoint.warrant();
    assert.notEqual(second.warrant.parameters.process, first.warrant.parameters.process);
    assert.ok(second.warrant.sequence > first.warrant.sequence);
  });

  it('hands over what was refused, failed or interrupted, with the reason', async () => {
    await setMode('autonomous');
    const outcomes = [
      {
        result: { outcome: 'refused', code: 'quarantined', reason: 'it failed here before' },
        says: /refused to run .* it failed here before/,
      },
      {
        result: { outcome: 'failed', failedStep: 'verify', rolledBack: true },
        says: /verify failed; rolled back/,
      },
      { result: { outcome: 'interrupted', lastStep: 'fixing' }, says: /the agent ended in the middle/ },
    ] as const;
    for (const [index, { result, says }] of outcomes.entries()) {
      await endpoint.tell(processStopped(`daemon-${index}`));
      const { warrant, bytes } = await endpoint.warrant();
      await endpoint.tell(endpoint.report(warrant, bytes, result));
      assert.match((await ticketIn(installation.controller, 'escalated', index + 1)).text, says);
    }
  });

  it('does not take a report that the endpoint did not sign', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(
      endpoint.report(warrant, bytes, { outcome: 'fixed' }, generateKeyPairSync('ed25519').privateKey),
      processRuns(),
    );
    await applied(installation.controller);
    assert.equal((await ticketOf(installation.controller, 1)).state, 'open');
    const refused = await installation.controller.store.read
      .selectFrom('audit')
      .select('seq')
      .where('action', '=', 'report-refused')
      .execute();
    assert.equal(refused.length, 1);
  });

  it('escalates when the readings still show the fault after a fix', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    await applied(installation.controller);
    installation.clock.advance(60_000);
    assert.match(
      (await ticketIn(installation.controller, 'escalated')).text,
      /readings still show the fault/,
    );
  });

  it('escalates when a warrant is never answered, and does not send it again', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    await endpoint.warrant();
    installation.clock.advance(3_600_000);
    assert.match(
      (await ticketIn(installation.controller, 'escalated')).text,
      /never said that it took the warrant/,
    );
  });

  it('stops after three attempts at the same fault in a day', async () => {
    await setMode('autonomous');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await endpoint.tell(processStopped());
      const { warrant, bytes } = await endpoint.warrant();
      await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
      await ticketIn(installation.controller, 'closed', attempt);
      endpoint.clock.advance(WATCH_MS + 1);
    }
    await endpoint.tell(processStopped());
    assert.match(
      (await ticketIn(installation.controller, 'escalated', 4)).text,
      /3 attempts in the last 24 hours/,
    );
  });

  it('runs nothing while the kill switch is on, also what was approved before', async () => {
    await setMode('autonomous');
    await endpoint.disconnect();
    await installation.controller.operations.setKillSwitch(true, 'drill', 'owner');
    await endpoint.connect(installation.controller.agentsPort);
    await endpoint.tell(processStopped());
    assert.match((await ticketIn(installation.controller, 'escalated')).text, /kill switch is on/);
    await noWarrant();
  });

  it('tells endpoints of the kill switch', async () => {
    await installation.controller.operations.setKillSwitch(true, 'drill', 'owner');
    // It may be told before of what was so when it was greeted.
    while (!(await endpoint.next('policy')).policy.killSwitch);
  });

  it('goes on after a restart with what was unfinished, and orders nothing twice', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.disconnect();
    await installation.restart();
    await endpoint.connect(installation.controller.agentsPort);
    const again = await endpoint.warrant();
    assert.equal(again.warrant.id, warrant.id, 'the same warrant is sent again, not a new one');
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
    await ticketIn(installation.controller, 'closed');
    assert.equal(
      (await installation.controller.store.read.selectFrom('runs').selectAll().execute()).length,
      1,
    );
  });

  it('waits for an endpoint that is away, and gives up in the end', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await endpoint.disconnect();
    await installation.controller.operations.approve(1, 'ada');
    await sleep(200);
    assert.equal(
      (await installation.controller.store.read.selectFrom('runs').selectAll().execute()).length,
      0,
    );
    installation.clock.advance(700_000);
    assert.match(
      (await ticketIn(installation.controller, 'escalated', 1)).text,
      /not free, or not connected, in time/,
    );
  });

  it('closes a ticket whose fault went by itself, and withdraws the proposal', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await endpoint.tell(processRuns());
    const ticket = await ticketIn(installation.controller, 'closed');
    assert.equal(ticket.fixedInMs, null);
    assert.match(ticket.text, /Millwright did not fix it/);
    await assert.rejects(
      installation.controller.operations.approve(1, 'ada'),
      (error) => error instanceof EngineError && error.code === 'wrong-state',
    );
    await noWarrant();
  });

  it('opens an urgent ticket for a warrant that it never made', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    const strange = { ...warrant, id: '3f0c8f0e-5f0c-4b8e-9b0a-0d5a4b6c7d8e' };
    await endpoint.tell(
      endpoint.report(strange, bytes, {
        outcome: 'refused',
        code: 'runbook-altered',
        reason: 'not what was signed',
      }),
    );
    const ticket = await ticketIn(installation.controller, 'escalated', 2);
    assert.equal(ticket.priority, 'P1');
    assert.match(ticket.subject, /refused a warrant that this controller has no record of/);

    for (const id of [strange.id, '9f0c8f0e-5f0c-4b8e-9b0a-0d5a4b6c7d8e'])
      await endpoint.tell(
        endpoint.report({ ...warrant, id }, bytes, {
          outcome: 'refused',
          code: 'runbook-altered',
          reason: 'not what was signed',
        }),
      );
    await applied(installation.controller);
    const { store } = installation.controller;
    assert.equal((await store.read.selectFrom('tickets').select('id').execute()).length, 2);
    const entries = await store.read
      .selectFrom('audit')
      .select('actor')
      .where('action', '=', 'unknown-warrant')
      .execute();
    assert.deepEqual(
      entries.map(({ actor }) => actor),
      ['endpoint:till-1', 'endpoint:till-1', 'endpoint:till-1'],
    );
  });

  it('knows its own warrant by its bytes where the endpoint could not read it', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    const refused = endpoint.report({ ...warrant, id: null }, bytes, {
      outcome: 'refused',
      code: 'signature-invalid',
      reason: 'no trusted key signed it',
    });
    // Sent again before the first report was applied, it is refused again.
    await endpoint.tell(refused, refused);
    await applied(installation.controller);
    const ticket = await ticketIn(installation.controller, 'escalated');
    assert.equal(ticket.id, 1, 'the ticket of the fault, not one of its own');
    assert.match(ticket.text, /no trusted key signed it/);
  });

  it('does not let a class L2 runbook be autonomous, nor be approved without a signature', async () => {
    const { operations } = installation.controller;
    await assert.rejects(
      operations.setMode('linux/disk/remove-stale-files', '*', 'autonomous', 'owner'),
      (error) => error instanceof EngineError && error.code === 'not-allowed',
    );
    await assert.rejects(
      operations.order({
        endpoint: endpoint.id,
        runbook: 'linux/disk/remove-stale-files',
        parameters: {},
        by: 'ada',
      }),
      (error) => error instanceof EngineError && error.code === 'needs-signature',
    );
  });

  it("keeps a person's words on a ticket in the audit log too", async () => {
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'escalated');
    await installation.controller.operations.comment(1, 'ada', 'the power is off there');
    const { actor, subject, detail } = await installation.controller.store.read
      .selectFrom('audit')
      .select(['actor', 'subject', 'detail'])
      .where('action', '=', 'commented')
      .executeTakeFirstOrThrow();
    assert.deepEqual([actor, subject, JSON.parse(detail)], ['ada', '1', { text: 'the power is off there' }]);
  });

  it('gives up a run by hand whose end never comes', async () => {
    const { operations, store } = installation.controller;
    const stateOf = async () =>
      (await store.read.selectFrom('runs').select('state').executeTakeFirstOrThrow()).state;
    const order = { endpoint: endpoint.id, runbook: 'posix/diagnose/uptime', parameters: {}, by: 'ada' };
    await operations.order(order);
    await endpoint.warrant();
    await sleep(1200);
    assert.equal(await stateOf(), 'sent');
    installation.clock.advance(3_600_000);
    for (let tries = 0; tries < 100 && (await stateOf()) !== 'lost'; tries += 1) await sleep(50);
    assert.equal(await stateOf(), 'lost');
  });

  it('runs a reading runbook by hand, and keeps the result', async () => {
    const { warrant: id } = await installation.controller.operations.order({
      endpoint: endpoint.id,
      runbook: 'posix/diagnose/uptime',
      parameters: {},
      by: 'ada',
    });
    const { warrant, bytes } = await endpoint.warrant();
    assert.equal(warrant.id, id);
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    await applied(installation.controller);
    const run = await installation.controller.store.read
      .selectFrom('runs')
      .selectAll()
      .where('warrant', '=', id)
      .executeTakeFirstOrThrow();
    assert.equal(run.state, 'ended');
    await assert.rejects(
      installation.controller.operations.order({
        endpoint: endpoint.id,
        runbook: 'posix/diagnose/uptime',
        parameters: { path: '/' },
        by: 'ada',
      }),
      (error) => error instanceof EngineError && error.code === 'not-allowed',
    );
  });
});
