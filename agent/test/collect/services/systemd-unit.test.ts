import assert from 'node:assert/strict';
import { isWanted, serviceReadingOf, type Unit } from '../../../src/collect/services/systemd-unit.ts';

const unit = (fields: Partial<Unit> = {}): Unit => ({
  name: 'web.service',
  loadState: 'loaded',
  activeState: 'inactive',
  subState: 'dead',
  hasJob: false,
  unitFileState: 'enabled',
  type: 'simple',
  remainAfterExit: false,
  result: 'success',
  triggeredBy: [],
  conditionHeld: true,
  hasBeenActive: true,
  ...fields,
});

describe('a systemd unit', () => {
  const cases: readonly [what: string, fields: Partial<Unit>, wanted: boolean][] = [
    ['enabled and stopped by a person', {}, true],
    ['enabled and running', { activeState: 'active' }, true],
    ['enabled at run time', { unitFileState: 'enabled-runtime' }, true],
    ['enabled and never started', { conditionHeld: undefined, hasBeenActive: false }, true],
    ['disabled and stopped', { unitFileState: 'disabled' }, false],
    ['static and stopped', { unitFileState: 'static' }, false],
    ['masked', { loadState: 'masked', unitFileState: 'masked' }, false],
    ['a one-shot that ended well', { type: 'oneshot' }, false],
    ['a one-shot that failed', { type: 'oneshot', activeState: 'failed' }, true],
    ['a one-shot that remains, stopped', { type: 'oneshot', remainAfterExit: true }, true],
    ['waiting for its timer', { triggeredBy: ['web.timer'] }, false],
    ['failed although it has a timer', { triggeredBy: ['web.timer'], activeState: 'failed' }, true],
    ['kept from starting by its own condition', { conditionHeld: false }, false],
    [
      'disabled, but failed after having been active',
      { unitFileState: 'disabled', activeState: 'failed' },
      true,
    ],
    [
      'disabled, and failed at its first start',
      { unitFileState: 'static', activeState: 'failed', hasBeenActive: false },
      false,
    ],
    ['transient and failed', { unitFileState: 'transient', activeState: 'failed' }, false],
  ];
  for (const [what, fields, wanted] of cases)
    it(`${what} is ${wanted ? '' : 'not '}wanted`, () => assert.equal(isWanted(unit(fields)), wanted));

  const states: readonly [string, string][] = [
    ['active', 'running'],
    ['reloading', 'running'],
    ['inactive', 'stopped'],
    ['failed', 'failed'],
    ['activating', 'transition'],
    ['deactivating', 'transition'],
    ['maintenance', 'transition'],
  ];
  for (const [activeState, state] of states)
    it(`that is ${activeState} is ${state}`, () =>
      assert.equal(serviceReadingOf(unit({ activeState }), 1).state, state));

  it('that is inactive while systemd has work on it is on its way: between a stop and a start, or in the queue at boot', () =>
    assert.equal(serviceReadingOf(unit({ hasJob: true }), 1).state, 'transition'));
  it('that failed has failed, whatever is to come', () =>
    assert.equal(serviceReadingOf(unit({ activeState: 'failed', hasJob: true }), 1).state, 'failed'));

  it('tells how it failed', () => {
    const { detail } = serviceReadingOf(
      unit({ activeState: 'failed', subState: 'failed', result: 'signal' }),
      1,
    );
    assert.equal(detail, 'failed, failed, signal');
  });
});
