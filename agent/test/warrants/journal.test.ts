import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Warrant } from '@millwright/shared/trust';
import { openState } from '../../src/state/index.ts';
import { FloorClock } from '../../src/warrants/floor-clock.ts';
import { journalEnd, journalWarrant, openWarrants, pruneWarrants } from '../../src/warrants/journal.ts';

describe('the journal of warrants, in the long run', () => {
  let db: DatabaseSync;
  let clock: FloorClock;
  beforeEach(() => {
    db = openState(':memory:');
    clock = new FloorClock({ now: () => 1000 }, db, 0);
  });
  afterEach(() => db.close());

  const take = (sequence: number): Warrant => {
    const warrant: Warrant = {
      schema: 1,
      id: randomUUID(),
      endpoint: 'ab'.repeat(32),
      runbook: { id: 'linux/disk/clean', sha256: 'ab'.repeat(32), version: 1 },
      parameters: {},
      sequence,
      nonce: randomBytes(16).toString('hex'),
      notBefore: 0,
      expires: 10_000,
      decidedBy: { kind: 'builtin' },
      ticket: null,
      alert: null,
      evidence: null,
    };
    journal(warrant);
    return warrant;
  };
  const journal = (warrant: Warrant): void =>
    journalWarrant(
      db,
      { bytes: Buffer.alloc(0), envelope: 'ab', receivedAt: 1000, warrant, journalled: false },
      warrant,
      clock,
    );

  it('is bounded, and no warrant that was pruned can be taken again', () => {
    const taken = Array.from({ length: 20 }, (_, index) => take(index + 1));
    for (const { id } of taken.slice(0, 19)) journalEnd(db, id, 1000);
    pruneWarrants(db, 5);
    assert.equal(db.prepare('SELECT count(*) AS n FROM warrants').get()?.n, 5);
    for (const warrant of taken)
      assert.throws(
        () => journal(warrant),
        { code: /^(nonce|sequence)-replayed$/ },
        `sequence ${warrant.sequence}`,
      );
    take(21);
  });

  it('keeps the highest sequence number whatever it is told to keep', () => {
    const warrant = take(7);
    journalEnd(db, warrant.id, 1000);
    pruneWarrants(db, 0);
    assert.throws(() => journal(warrant), { code: 'nonce-replayed' });
  });

  it('keeps what has not ended', () => {
    const open = take(1);
    for (let sequence = 2; sequence < 10; sequence += 1) journalEnd(db, take(sequence).id, 1000);
    pruneWarrants(db, 2);
    assert.deepEqual(
      openWarrants(db).map(({ id }) => id),
      [open.id],
    );
  });
});
