import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { RefusalCode } from '@millwright/shared/trust';
import { consequenceOf } from '../../src/engine/refusals.ts';
import { Endpoint, inodesLow, processRuns, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { publishChanged } from '../harness/runbooks.ts';
import { L2, publishTechnicians, signDraft } from '../harness/technicians.ts';
import { applied, ticketIn, ticketOf } from '../harness/ticket.ts';

const first = 'posix/process/start';
const second = 'posix/process/start-otherwise';

describe('what an endpoint did not run', () => {
  let installation: Installation;
  let endpoint: Endpoint;

  beforeEach(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
    await installation.controller.operations.setMode(first, '*', 'autonomous', 'owner');
  });
  afterEach(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  /** Takes the next warrant, and tells that it was refused. */
  const refuse = async (code: RefusalCode): Promise<string> => {
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(
      endpoint.report(warrant, bytes, { outcome: 'refused', code, reason: `told ${code}` }),
    );
    await applied(installation.controller);
    return warrant.id;
  };
  const states = async () => {
    const rows = await installation.controller.store.read
      .selectFrom('remediations')
      .select(['state', 'runbook'])
      .orderBy('id')
      .execute();
    return rows.map(({ state, runbook }) => `${state} ${runbook}`);
  };
  const nothingSent = async (): Promise<void> => {
    await sleep(1200);
    assert.equal(
      endpoint.received.some(({ type }) => type === 'warrant'),
      false,
    );
  };

  it('is ordered anew at once where the catalogue did not come, with a warrant of its own', async () => {
    await endpoint.tell(processStopped());
    const refused = await refuse('catalogue-unreachable');
    const { warrant, bytes } = await endpoint.warrant();
    assert.notEqual(warrant.id, refused);
    assert.deepEqual(warrant.parameters, { process: 'till' });
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }), processRuns());
    const ticket = await ticketIn(installation.controller, 'closed');
    assert.match(ticket.text, /ordered anew at once \(order 2 of 4 at most\)/);
    assert.deepEqual(await states(), [`postponed ${first}`, `resolved ${first}`]);
  });

  it('is ordered anew where the agent ended before it began, and never where it had begun', async () => {
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'interrupted', lastStep: 'journalled' }));
    const again = await endpoint.warrant();
    assert.notEqual(again.warrant.id, warrant.id);
    await endpoint.tell(
      endpoint.report(again.warrant, again.bytes, { outcome: 'interrupted', lastStep: 'checking' }),
    );
    const ticket = await ticketIn(installation.controller, 'escalated');
    assert.match(ticket.text, /ended before anything was run/);
    assert.match(ticket.text, /never started again by itself/);
  });

  it('is ordered anew so often only, and longer apart each time', async () => {
    await endpoint.tell(processStopped());
    for (const expected of [2_000, 10_000, 60_000]) {
      await refuse('busy');
      const { waitMs } = await installation.controller.store.read
        .selectFrom('remediations')
        .select((eb) => eb('notBefore', '-', eb.ref('createdAt')).as('waitMs'))
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow();
      assert.equal(waitMs, expected);
      installation.clock.advance(expected);
    }
    await refuse('busy');
    const ticket = await ticketIn(installation.controller, 'escalated');
    assert.match(ticket.text, /refused to run posix\/process\/start 4 times: told busy/);
  });

  it('does not use up the attempts', async () => {
    await endpoint.tell(processStopped());
    for (let refused = 0; refused < 3; refused += 1) {
      await refuse('catalogue-unreachable');
      installation.clock.advance(30_000);
    }
    await endpoint.warrant();
  });

  it('waits until the runbook has cooled down', async () => {
    await publishChanged(installation, first, {
      version: 2,
      limits: { perHour: 20, perDay: 100, cooldownSeconds: 40, outputBytes: 4096 },
    });
    await endpoint.tell(processStopped());
    await refuse('cooling-down');
    assert.match((await ticketOf(installation.controller, 1)).text, /ordered anew in 40 seconds/);
    installation.clock.advance(20_000);
    await nothingSent();
    installation.clock.advance(20_000);
    await endpoint.warrant();
  });

  it('is not waited for where the cool-down takes longer than a person would', async () => {
    await publishChanged(installation, first, {
      version: 2,
      limits: { perHour: 20, perDay: 100, cooldownSeconds: 3600, outputBytes: 4096 },
    });
    await endpoint.tell(processStopped());
    await refuse('cooling-down');
    await ticketIn(installation.controller, 'escalated');
  });

  it('is ordered anew where the runbook was published anew meanwhile, and told a person where it was not', async () => {
    await endpoint.tell(processStopped('till'));
    const { warrant, bytes } = await endpoint.warrant();
    await publishChanged(installation, first, { version: 2, title: 'Start it' });
    const result = { outcome: 'refused', code: 'runbook-altered', reason: 'not what was signed' } as const;
    await endpoint.tell(endpoint.report(warrant, bytes, result));
    const again = await endpoint.warrant();
    assert.equal(again.warrant.runbook.version, 2);
    await endpoint.tell(endpoint.report(again.warrant, again.bytes, result));
    await ticketIn(installation.controller, 'escalated');
  });

  it('is over where the fault is over', async () => {
    await endpoint.tell(processStopped());
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(
      processRuns(),
      endpoint.report(warrant, bytes, {
        outcome: 'refused',
        code: 'parameter-not-observed',
        reason: 'it runs',
      }),
    );
    const ticket = await ticketIn(installation.controller, 'closed');
    assert.match(ticket.text, /Millwright did not fix it/);
    assert.deepEqual(await states(), [`withdrawn ${first}`]);
  });

  it('goes by another runbook where the check says no, and to a person where there is none left', async () => {
    await publishChanged(installation, first, { id: second, version: 1 });
    await installation.controller.operations.setMode(second, '*', 'autonomous', 'owner');
    await endpoint.tell(processStopped());
    await refuse('precheck-failed');
    await refuse('precheck-failed');
    const ticket = await ticketIn(installation.controller, 'escalated');
    assert.match(ticket.text, /start-otherwise remains/);
    assert.match(ticket.text, /refused to run posix\/process\/start-otherwise: told precheck-failed/);
    assert.deepEqual(await states(), [`unsuitable ${first}`, `escalated ${second}`]);
  });

  it('goes by another runbook where one saw nothing to do and the fault stands', async () => {
    await publishChanged(installation, first, { id: second, version: 1 });
    await installation.controller.operations.setMode(second, '*', 'autonomous', 'owner');
    await endpoint.tell(processStopped());
    for (const expected of [first, second]) {
      const { warrant, bytes } = await endpoint.warrant();
      assert.equal(warrant.runbook.id, expected);
      await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'not-needed' }));
      await applied(installation.controller);
      installation.clock.advance(10_000);
    }
    assert.match((await ticketIn(installation.controller, 'escalated')).text, /found nothing to do/);
  });

  it('must be signed again where technicians sign', async () => {
    const [key] = await publishTechnicians(installation, { name: 'ada' });
    assert.ok(key !== undefined);
    const { operations } = installation.controller;
    await operations.setMode(L2, '*', 'suggest', 'owner');
    await endpoint.tell(inodesLow());
    await ticketIn(installation.controller, 'waiting');
    const signed = await operations.draft(1, 'ada');
    await operations.sign(1, signDraft(signed, key), 'ada');
    await refuse('catalogue-unreachable');
    assert.match((await ticketIn(installation.controller, 'waiting')).text, /must be signed again/);
    await nothingSent();
    const draft = await operations.draft(2, 'ada');
    assert.notEqual(draft.payload, signed.payload);
    await operations.sign(2, signDraft(draft, key), 'ada');
    await endpoint.warrant();
  });

  it('is told a person at once where it would be refused again, or somebody may tamper', () => {
    const passing = RefusalCode.options.filter(
      (code) => !['hand-over', 'alarm'].includes(consequenceOf(code).kind),
    );
    assert.deepEqual(passing, [
      'expired',
      'sequence-replayed',
      'catalogue-unreachable',
      'runbook-unknown',
      'runbook-altered',
      'platform-mismatch',
      'parameter-not-observed',
      'kill-switch',
      'namespace-not-allowed',
      'class-not-allowed',
      'busy',
      'cooling-down',
      'precheck-failed',
    ]);
  });
});
