import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { openState } from '../../src/state/index.ts';
import { verifyAudit } from '../../src/warrants/audit.ts';
import { countAttempt } from '../../src/warrants/budgets.ts';
import { FloorClock } from '../../src/warrants/floor-clock.ts';
import { resetClock } from '../../src/warrants/reset-clock.ts';

describe('resetClock', () => {
  const builtAt = 1_000_000;
  const now = 2_000_000;
  const ahead = 900_000_000_000;
  let db: DatabaseSync;
  const clockAt = (time: number): FloorClock => new FloorClock({ now: () => time }, db, builtAt);
  beforeEach(() => {
    db = openState(':memory:');
    clockAt(ahead).remember();
  });
  afterEach(() => db.close());

  it('lets the right time count again', () => {
    assert.throws(() => clockAt(now).check(), { code: 'clock-behind', message: /reset-clock/ });
    assert.deepEqual(resetClock(db, now, builtAt), { from: ahead, to: now, recounted: 0 });
    clockAt(now).check();
    assert.equal(clockAt(now).now(), now);
    assert.throws(() => clockAt(now - 60_000).check(), { code: 'clock-behind' });
  });

  it('never goes below the time of the build', () => {
    assert.throws(() => resetClock(db, builtAt - 1, builtAt), { code: 'clock-before-build' });
    assert.equal(clockAt(now).now(), ahead);
  });

  it('does nothing where the clock is not behind, so that it cannot be set ahead by it', () => {
    for (const time of [ahead, ahead + 1])
      assert.throws(() => resetClock(db, time, builtAt), { code: 'clock-not-behind' });
    assert.equal(verifyAudit(db).entries, 0);
  });

  it('counts runs of the time ahead as run now, and keeps those from before it', () => {
    countAttempt(db, 'a', '[]', now - 1000);
    countAttempt(db, 'a', '[]', ahead);
    countAttempt(db, 'b', '[]', ahead + 5);
    assert.equal(resetClock(db, now, builtAt).recounted, 2);
    assert.deepEqual(
      db
        .prepare('SELECT at FROM attempts ORDER BY rowid')
        .all()
        .map(({ at }) => at),
      [now - 1000, now, now],
    );
  });

  it('stands in the audit log', () => {
    resetClock(db, now, builtAt);
    const row = db.prepare('SELECT at, entry FROM audit').get();
    assert.deepEqual(
      [row?.at, JSON.parse(String(row?.entry))],
      [now, { kind: 'clock-reset', from: ahead, to: now }],
    );
    assert.equal(verifyAudit(db).brokenAt, null);
  });
});
