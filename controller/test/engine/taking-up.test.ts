import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '@millwright/shared/api';
import { Endpoint, processRuns, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { applied, ticketIn, ticketOf } from '../harness/ticket.ts';

const runbook = 'posix/process/start';
const hourMs = 3_600_000;

describe('what was held back', () => {
  let installation: Installation;
  let endpoint: Endpoint;

  const setMode = (mode: Mode, client = '*'): Promise<void> =>
    installation.controller.operations.setMode(runbook, client, mode, 'owner');
  const setKillSwitch = (on: boolean): Promise<void> =>
    installation.controller.operations.setKillSwitch(on, 'drill', 'owner');
  /** A window that began a minute ago. */
  const plan = (hours: number): Promise<unknown> => {
    const now = installation.clock.now();
    return installation.controller.store.write((tx) =>
      tx
        .insertInto('maintenance')
        .values({
          scope: 'endpoint',
          scopeId: endpoint.id,
          startsAt: now - 60_000,
          endsAt: now + hours * hourMs,
          reason: 'new disks',
          createdBy: 'ada',
        })
        .execute(),
    );
  };
  const nothingSent = async (): Promise<void> => {
    await sleep(1200);
    assert.equal(
      endpoint.received.some(({ type }) => type === 'warrant'),
      false,
    );
  };
  const alert = () =>
    installation.controller.store.read
      .selectFrom('alerts')
      .select(['id', 'ticket', 'suppressed'])
      .executeTakeFirstOrThrow();

  beforeEach(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
  });
  afterEach(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  describe('by the kill switch', () => {
    beforeEach(async () => {
      await setMode('autonomous');
      await setKillSwitch(true);
      await endpoint.tell(processStopped());
      await ticketIn(installation.controller, 'escalated');
    });

    it('runs once it is off', async () => {
      await nothingSent();
      await setKillSwitch(false);
      const { warrant, bytes } = await endpoint.warrant();
      await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
      await ticketIn(installation.controller, 'closed');
    });

    it('is left to whoever acknowledged the alert', async () => {
      await installation.controller.operations.acknowledge(1, 'ada');
      await setKillSwitch(false);
      await nothingSent();
      const ticket = await ticketOf(installation.controller, 1);
      assert.equal(ticket.state, 'escalated');
      assert.match(ticket.text, /left to ada/);
    });

    it('is over where the fault is over, or a person closed the ticket', async () => {
      await endpoint.tell(processStopped('door'));
      await ticketIn(installation.controller, 'escalated', 2);
      await installation.controller.operations.closeTicket(2, 'ada');
      await endpoint.tell(processRuns());
      await ticketIn(installation.controller, 'closed', 1);
      await setKillSwitch(false);
      await nothingSent();
    });
  });

  it('by the kill switch that the endpoint saw before its warrant, runs once it is off', async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await setKillSwitch(true);
    const reason = "the controller's policy has the kill switch on";
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'refused', code: 'kill-switch', reason }));
    await ticketIn(installation.controller, 'escalated');
    await setKillSwitch(false);
    assert.notEqual((await endpoint.warrant()).warrant.id, warrant.id);
  });

  it("by the endpoint's own kill switch, is a person's once it is clear that it is that one", async () => {
    await setMode('autonomous');
    await endpoint.tell(processStopped());
    const reason = "this endpoint's own policy has the kill switch on";
    // The first may come from an endpoint that has not heard yet that everybody's is off.
    for (let order = 0; order < 2; order += 1) {
      const { warrant, bytes } = await endpoint.warrant();
      await endpoint.tell(
        endpoint.report(warrant, bytes, { outcome: 'refused', code: 'kill-switch', reason }),
      );
      await applied(installation.controller);
      installation.clock.advance(2_000);
    }
    assert.match((await ticketIn(installation.controller, 'escalated')).text, /endpoint's own policy/);
    await nothingSent();
  });

  it('in a maintenance window, gets its ticket and its fix when the window ends', async () => {
    await setMode('autonomous');
    await plan(1);
    await endpoint.tell(processStopped());
    await applied(installation.controller);
    assert.deepEqual(await alert(), { id: 1, ticket: null, suppressed: 'maintenance' });
    await nothingSent();
    installation.clock.advance(hourMs);
    const { warrant, bytes } = await endpoint.warrant();
    const { text } = await ticketOf(installation.controller, 1);
    assert.match(text, /seen in a maintenance window, which is over; the fault still stands/);
    assert.deepEqual(await alert(), { id: 1, ticket: 1, suppressed: null });
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
    await ticketIn(installation.controller, 'closed', 1);
  });

  it('in a maintenance window, is forgotten where it went before the window ended', async () => {
    await setMode('autonomous');
    await plan(1);
    await endpoint.tell(processStopped(), processRuns());
    await applied(installation.controller);
    installation.clock.advance(hourMs);
    await nothingSent();
    assert.deepEqual(
      await installation.controller.store.read.selectFrom('tickets').selectAll().execute(),
      [],
    );
  });

  it('by a window that opened before it was sent, runs when the window ends', async () => {
    await setMode('suggest');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting');
    await plan(1);
    await installation.controller.operations.approve(1, 'ada');
    await nothingSent();
    const held = await ticketOf(installation.controller, 1);
    assert.equal(held.state, 'open');
    assert.match(held.text, /a maintenance window is open/);
    installation.clock.advance(hourMs);
    await ticketIn(installation.controller, 'waiting');
    // The yes was for then: it is asked for again.
    await installation.controller.operations.approve(1, 'ada');
    await endpoint.warrant();
  });

  it("under a site's outage, is taken up once the site has been back for a while", async () => {
    const site = await installation.controller.store.read
      .selectFrom('endpoints')
      .select(['site', 'client'])
      .executeTakeFirstOrThrow();
    const common = {
      ...site,
      title: 'Away',
      severity: 'critical',
      subject: 'site',
      description: 'gone',
      acknowledgedAt: null,
      acknowledgedBy: null,
      occurrences: 1,
      evidence: '[]',
      evidenceSha256: null,
      raisedAt: installation.clock.now(),
      ticket: null,
    } as const;
    await installation.controller.store.write(async (tx) => {
      const outage = { ...common, fingerprint: 'site', endpoint: null, condition: 'site-offline' };
      await tx
        .insertInto('alerts')
        .values({ ...outage, state: 'resolved', resolvedAt: installation.clock.now(), suppressed: null })
        .execute();
      const away = { ...common, fingerprint: 'away', endpoint: endpoint.id, condition: 'agent-offline' };
      await tx
        .insertInto('alerts')
        .values({ ...away, state: 'open', resolvedAt: null, suppressed: 'site-offline' })
        .execute();
    });
    await sleep(1200);
    assert.deepEqual(
      await installation.controller.store.read.selectFrom('tickets').selectAll().execute(),
      [],
    );
    installation.clock.advance(60_000);
    assert.match(
      (await ticketIn(installation.controller, 'escalated')).text,
      /while its whole site was offline/,
    );
  });

  describe('by its mode', () => {
    it('in shadow, is taken up when the runbook becomes autonomous', async () => {
      await endpoint.tell(processStopped());
      await ticketIn(installation.controller, 'escalated');
      await setMode('autonomous');
      await endpoint.warrant();
      assert.match(
        (await ticketOf(installation.controller, 1)).text,
        /start is autonomous for this client now, and the fault still stands/,
      );
    });

    it('in shadow, is proposed when people are to be asked, and run when they need not be', async () => {
      await endpoint.tell(processStopped());
      await ticketIn(installation.controller, 'escalated');
      await setMode('suggest');
      await ticketIn(installation.controller, 'waiting');
      await nothingSent();
      await setMode('autonomous');
      await endpoint.warrant();
    });

    it('in shadow, is left alone where another client was meant, or a person has it', async () => {
      await endpoint.tell(processStopped('till'), processStopped('door'));
      await ticketIn(installation.controller, 'escalated', 1);
      await ticketIn(installation.controller, 'escalated', 2);
      const { client } = await installation.controller.store.read
        .selectFrom('endpoints')
        .select('client')
        .executeTakeFirstOrThrow();
      await setMode('shadow', client);
      await setMode('autonomous');
      await nothingSent();
      await installation.controller.operations.acknowledge(1, 'ada');
      await installation.controller.operations.closeTicket(2, 'ada');
      await setMode('autonomous', client);
      await nothingSent();
    });
  });
});
