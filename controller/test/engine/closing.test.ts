import assert from 'node:assert/strict';
import type { Outcome } from '@millwright/shared/trust';
import { closingOf } from '../../src/engine/closing.ts';
import { Endpoint, processRuns, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { applied, ticketIn, ticketOf } from '../harness/ticket.ts';

describe('what a ticket says when its fault is over', () => {
  let installation: Installation;
  let endpoint: Endpoint;

  beforeEach(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
    await installation.controller.operations.setMode('posix/process/start', '*', 'autonomous', 'owner');
    await endpoint.tell(processStopped());
  });
  afterEach(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  const overBefore: readonly { readonly result: Outcome; readonly says: RegExp }[] = [
    {
      result: { outcome: 'refused', code: 'quarantined', reason: 'it failed here before' },
      says: /refused .*\(quarantined\), and ran nothing: Millwright did not fix it/,
    },
    {
      result: { outcome: 'failed', failedStep: 'verify', rolledBack: true },
      says: /failed \(verify, rolled back\): Millwright does not claim/,
    },
    {
      result: { outcome: 'interrupted', lastStep: 'fixing' },
      says: /interrupted \(fixing\); whether it helped is not known/,
    },
    { result: { outcome: 'not-needed' }, says: /found nothing left to do: Millwright did not fix it/ },
  ];
  for (const { result, says } of overBefore)
    it(`closes where it was over before the report: ${result.outcome}`, async () => {
      const { warrant, bytes } = await endpoint.warrant();
      await endpoint.tell(processRuns(), endpoint.report(warrant, bytes, result));
      const { timeline, fixedInMs } = await ticketIn(installation.controller, 'closed', 1);
      assert.match(timeline.at(-1)?.text ?? '', says);
      assert.equal(fixedInMs, null);
    });

  it('stays with a person where somebody may be tampering, though it is over', async () => {
    const { warrant, bytes } = await endpoint.warrant();
    const result = { outcome: 'refused', code: 'signature-invalid', reason: 'no key signed it' } as const;
    await endpoint.tell(processRuns(), endpoint.report(warrant, bytes, result));
    await ticketIn(installation.controller, 'escalated', 1);
  });

  it('closes where it is over and the end of the run never came, and tells of the report that came late', async () => {
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(processRuns());
    await applied(installation.controller);
    installation.clock.advance(3_600_000);
    const closed = await ticketIn(installation.controller, 'closed', 1);
    assert.match(closed.timeline.at(-1)?.text ?? '', /was never reported; whether it helped is not known/);
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    await applied(installation.controller);
    const { text, state, fixedInMs } = await ticketOf(installation.controller, 1);
    assert.match(text, /Reported late, and nothing follows from it: The script ran/);
    assert.deepEqual([state, fixedInMs], ['closed', null]);
  });

  it('does not deny a fix that ran where the readings come after the time for it', async () => {
    const { warrant, bytes } = await endpoint.warrant();
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'fixed' }));
    await applied(installation.controller);
    installation.clock.advance(60_000);
    await ticketIn(installation.controller, 'escalated', 1);
    await endpoint.tell(processRuns());
    const { timeline, fixedInMs } = await ticketIn(installation.controller, 'closed', 1);
    assert.match(timeline.at(-1)?.text ?? '', /had run, but they showed it too late to say/);
    assert.equal(fixedInMs, null);
  });

  it('claims a fix for one row of the table alone', () => {
    const outcomes: Outcome[] = [{ outcome: 'fixed' }, ...overBefore.map(({ result }) => result)];
    const fault = { description: 'till is not running', tookMs: 900, watchedUntil: 'noon' };
    const claimed = outcomes.flatMap((result) =>
      [true, false]
        .filter(
          (verifiedInTime) =>
            closingOf({ runbook: 'a/b/c', title: 'Start', result, verifiedInTime }, fault).fixed,
        )
        .map((verifiedInTime) => `${result.outcome} ${verifiedInTime}`),
    );
    assert.deepEqual(claimed, ['fixed true']);
    assert.equal(closingOf(null, fault).fixed, false);
  });
});
