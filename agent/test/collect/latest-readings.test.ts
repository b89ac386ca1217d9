import assert from 'node:assert/strict';
import { keyOf, type Reading } from '@millwright/shared/readings';
import { LatestReadings, tellAgain } from '../../src/collect/index.ts';

const filesystem = (at: number, freeBytes: number): Reading => ({
  kind: 'filesystem',
  at,
  mount: '/',
  device: '/dev/sda',
  type: 'ext4',
  totalBytes: 1_000_000,
  freeBytes,
  inodesTotal: 100,
  inodesFree: 50,
  readOnly: false,
});
const web = (at: number, state: 'running' | 'stopped' = 'running'): Reading => ({
  kind: 'process',
  at,
  name: 'web',
  state,
  pid: null,
});

describe('latest readings', () => {
  it('tell what is new and what has changed', () => {
    const latest = new LatestReadings();
    assert.deepEqual(latest.update([web(1)], 1), [web(1)]);
    assert.deepEqual(latest.update([web(2)], 2), []);
    assert.deepEqual(latest.update([web(3, 'stopped')], 3), [web(3, 'stopped')]);
    assert.deepEqual(latest.full(), [web(3, 'stopped')]);
  });

  it('tell a figure at once when it has moved by half a percent, else after a minute', () => {
    const latest = new LatestReadings();
    latest.update([filesystem(0, 500_000)], 0);
    assert.equal(latest.update([filesystem(1, 497_000)], 1).length, 0);
    assert.equal(
      latest.update([filesystem(2, 494_000)], 2).length,
      1,
      'measured from what was told, not from the last',
    );
    assert.equal(latest.update([filesystem(3, 493_000)], tellAgain.littleChangedMs + 1).length, 0);
    assert.equal(latest.update([filesystem(4, 493_000)], tellAgain.littleChangedMs + 2).length, 1);
  });

  it('tell what has not changed every ten minutes', () => {
    const latest = new LatestReadings();
    latest.update([web(0)], 0);
    assert.equal(latest.update([web(1)], tellAgain.unchangedMs - 1).length, 0);
    assert.equal(latest.update([web(2)], tellAgain.unchangedMs).length, 1);
  });

  it('tell again when the clock was set back', () => {
    const latest = new LatestReadings();
    latest.update([web(1000)], 1000);
    assert.equal(latest.update([web(10)], 10).length, 1);
    assert.equal(latest.update([web(11)], 11).length, 0);
  });

  it('forget what is gone, once', () => {
    const latest = new LatestReadings();
    latest.update([web(1)], 1);
    assert.deepEqual(latest.remove(['process:web', 'process:other']), ['process:web']);
    assert.deepEqual(latest.remove(['process:web']), []);
    assert.equal(latest.get('process:web'), undefined);
  });

  it('keep what could not be confirmed, but not as a fact', () => {
    const latest = new LatestReadings();
    latest.update([web(1), filesystem(1, 5)], 1);
    latest.doubt(['filesystem:/', 'filesystem:/none']);
    assert.deepEqual(latest.confirmed().map(keyOf), ['process:web']);
    assert.equal(latest.full().length, 2);
    latest.update([filesystem(2, 5)], 2);
    assert.equal(latest.confirmed().length, 2);
  });
});
