import assert from 'node:assert/strict';
import type { Alert, Fleet } from '@millwright/shared/api';
import { describe, it } from 'mocha';
import { attentionOf } from '../../dashboard/src/fleet/attention.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;
const client = { id: 'c', name: 'Client' };
const site = { id: 's', client: 'c', name: 'Site' };

const calm: Fleet = {
  endpoints: { online: 3, offline: 0, waiting: 0 },
  alerts: { critical: 0, warning: 0 },
  tickets: { open: 0, waiting: 0, escalated: 0 },
  today: { faults: 0, fixedAlone: 0, byPeople: 0, medianFixMs: null },
  killSwitch: null,
  storage: { freeBytes: 9e9, totalBytes: 1e10, room: 'enough' },
  catalogue: { runbooks: 4, expiresAt: now + 20 * day },
};

function alert(id: number, change: Partial<Alert>): Alert {
  return {
    id,
    endpoint: { id: 'e', hostname: 'host' },
    client,
    site,
    condition: 'disk-filling',
    title: 'Disk filling',
    severity: 'warning',
    subject: '/var',
    description: '/var is 93% full',
    state: 'open',
    suppressed: null,
    raisedAt: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    occurrences: 1,
    ticket: null,
    ...change,
  };
}

const keysOf = (alerts: readonly Alert[], fleet = calm): string[] =>
  attentionOf({ fleet, tickets: [], approvals: [], alerts }, now).map(({ key }) => key);

describe('what needs a person', () => {
  it('is nothing where all is well', () => assert.deepEqual(keysOf([]), []));

  it('leaves out alerts that Millwright works on and those that are suppressed', () =>
    assert.deepEqual(
      keysOf([alert(1, { ticket: 9 }), alert(2, { suppressed: 'maintenance' }), alert(3, {})]),
      ['alert 3'],
    ));

  it('puts the critical before the warning, and the older before the newer', () =>
    assert.deepEqual(
      keysOf([
        alert(1, {}),
        alert(2, { severity: 'critical' }),
        alert(3, { raisedAt: now - day }),
        alert(4, { severity: 'critical', raisedAt: now - day }),
      ]),
      ['alert 4', 'alert 2', 'alert 3', 'alert 1'],
    ));

  const catalogues: readonly (readonly [string, number | null, string | undefined])[] = [
    ['far from its end', now + 20 * day, undefined],
    ['near its end', now + 2 * day, 'warning'],
    ['over', now - 1, 'critical'],
    ['missing', null, 'critical'],
  ];
  for (const [words, expiresAt, tone] of catalogues)
    it(`tells of a catalogue that is ${words}: ${tone ?? 'nothing'}`, () => {
      const fleet = { ...calm, catalogue: { runbooks: 4, expiresAt } };
      const [first] = attentionOf({ fleet, tickets: [], approvals: [], alerts: [] }, now);
      assert.equal(first?.tone, tone);
    });

  it('tells of endpoints that wait for approval', () =>
    assert.deepEqual(keysOf([], { ...calm, endpoints: { ...calm.endpoints, waiting: 2 } }), ['waiting']));
});
