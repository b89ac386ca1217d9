import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { openState } from '../../src/state/index.ts';
import { FloorClock, TOLERATED_STEP_MS } from '../../src/warrants/floor-clock.ts';

describe('FloorClock', () => {
  const builtAt = 1000_000;
  let db: DatabaseSync;
  let time: number;
  const open = (): FloorClock => new FloorClock({ now: () => time }, db, builtAt);
  beforeEach(() => {
    db = openState(':memory:');
    time = 2000_000;
  });
  afterEach(() => db.close());

  it('shows the time', () => {
    assert.equal(open().now(), 2000_000);
  });

  it('never shows a time before the build, and says that the clock is behind', () => {
    time = 10;
    assert.equal(open().now(), builtAt);
    assert.throws(() => open().check(), { code: 'clock-behind' });
  });

  it('never shows a time before one that was remembered, over restarts', () => {
    open().remember();
    time = 1500_000;
    assert.equal(open().now(), 2000_000);
    assert.throws(() => open().check(), { code: 'clock-behind' });
  });

  it('takes a small step back for time synchronisation, and stands still meanwhile', () => {
    const clock = open();
    clock.remember();
    time -= TOLERATED_STEP_MS;
    clock.check();
    assert.equal(clock.now(), 2000_000);
    time -= 1;
    assert.throws(() => clock.check(), { code: 'clock-behind' });
  });

  it('remembers the highest time, not the last', () => {
    const clock = open();
    clock.remember();
    time -= 1000;
    clock.remember();
    assert.equal(open().now(), 2000_000);
  });
});
