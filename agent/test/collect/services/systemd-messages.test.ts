import assert from 'node:assert/strict';
import {
  type BusSignal,
  parseListUnits,
  unitChangeOf,
  unitNameOf,
} from '../../../src/collect/services/systemd-messages.ts';

const variant = (type: string, value: unknown): unknown => [[{ type, child: [] }], [value]];
const signal = (body: unknown[], fields: Partial<BusSignal> = {}): BusSignal => ({
  type: 4,
  sender: ':1.0',
  path: '/org/freedesktop/systemd1/unit/web_2eservice',
  interface: 'org.freedesktop.DBus.Properties',
  member: 'PropertiesChanged',
  body,
  ...fields,
});
const unit = 'org.freedesktop.systemd1.Unit';

describe("systemd's messages", () => {
  it('name a unit by its path', () => {
    const name = (escaped: string): string => unitNameOf(`/org/freedesktop/systemd1/unit/${escaped}`);
    assert.equal(name('web_2eservice'), 'web.service');
    assert.equal(name('getty_40tty1_2eservice'), 'getty@tty1.service');
    assert.equal(name('a_5fb_2dc_2eservice'), 'a_b-c.service');
    assert.equal(name('caf_c3_a9_2eservice'), 'café.service');
  });

  it('tell a failed unit', () => {
    const body = [
      unit,
      [
        ['ActiveState', variant('s', 'failed')],
        ['SubState', variant('s', 'failed')],
        ['ActiveEnterTimestampMonotonic', variant('t', 2_455_000)],
        ['ConditionResult', variant('b', true)],
        ['ConditionTimestampMonotonic', variant('t', 2_450_000)],
        ['Job', variant('(uo)', [0, '/'])],
      ],
      ['Documentation'],
    ];
    assert.deepEqual(unitChangeOf(signal(body))?.change, {
      activeState: 'failed',
      subState: 'failed',
      hasJob: false,
      hasBeenActive: true,
      conditionHeld: true,
    });
  });

  it('tell a unit that systemd has work on', () => {
    const body = [unit, [['Job', variant('(uo)', [811, '/org/freedesktop/systemd1/job/811'])]], []];
    assert.deepEqual(unitChangeOf(signal(body))?.change, { hasJob: true });
  });

  it('tell how a service ended', () => {
    const body = [
      'org.freedesktop.systemd1.Service',
      [
        ['Result', variant('s', 'exit-code')],
        ['MainPID', variant('u', 0)],
      ],
      [],
    ];
    assert.deepEqual(unitChangeOf(signal(body))?.change, { result: 'exit-code' });
  });

  it('tell nothing of a condition that was never checked', () => {
    const body = [
      unit,
      [
        ['ConditionResult', variant('b', false)],
        ['ConditionTimestampMonotonic', variant('t', 0)],
      ],
      [],
    ];
    assert.deepEqual(unitChangeOf(signal(body))?.change, { conditionHeld: undefined });
  });

  it('of other kinds, or not as documented, tell nothing', () => {
    const change = [unit, [['ActiveState', variant('s', 'failed')]], []];
    for (const other of [
      signal(change, { member: 'Other' }),
      signal(change, { interface: 'org.example' }),
      signal(change, { path: '/org/freedesktop/systemd1' }),
      signal(['org.freedesktop.systemd1.Timer', [], []]),
      signal([unit, [['ActiveState', 'failed']], []]),
      signal([unit]),
      signal([]),
    ])
      assert.equal(unitChangeOf(other), undefined);
    assert.deepEqual(unitChangeOf(signal([unit, [['ActiveState', variant('u', 7)]], []]))?.change, {});
  });

  it('list units', () => {
    const row = ['web.service', 'A web server', 'loaded', 'active', 'running', '', '/unit/web', 0, '', '/'];
    assert.deepEqual(parseListUnits([row]), [
      {
        name: 'web.service',
        loadState: 'loaded',
        activeState: 'active',
        subState: 'running',
        hasJob: false,
        path: '/unit/web',
      },
    ]);
    assert.throws(() => parseListUnits([['web.service']]));
  });
});
