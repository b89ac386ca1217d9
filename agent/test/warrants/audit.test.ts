import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { openState, transaction } from '../../src/state/index.ts';
import {
  type AuditEntry,
  appendAudit,
  auditHead,
  EMPTY_HEAD,
  pruneAudit,
  verifyAudit,
} from '../../src/warrants/audit.ts';

const entry = (warrant: string): AuditEntry => ({
  kind: 'started',
  warrant,
  runbook: 'linux/disk/clean',
  sha256: 'x',
});

describe("the endpoint's audit log", () => {
  let db: DatabaseSync;
  beforeEach(() => {
    db = openState(':memory:');
    for (const name of ['a', 'b', 'c']) appendAudit(db, 1, entry(name));
  });
  afterEach(() => db.close());

  it('is empty at first', () => {
    const fresh = openState(':memory:');
    assert.deepEqual(verifyAudit(fresh), { entries: 0, pruned: 0, head: EMPTY_HEAD, brokenAt: null });
    fresh.close();
  });

  it('has a head that changes with every entry', () => {
    const before = auditHead(db);
    appendAudit(db, 1, entry('d'));
    assert.notEqual(auditHead(db), before);
    assert.deepEqual(verifyAudit(db), { entries: 4, pruned: 0, head: auditHead(db), brokenAt: null });
  });

  const tampering: [string, string, number][] = [
    ['an entry is altered', 'UPDATE audit SET entry = replace(entry, \'"b"\', \'"x"\') WHERE seq = 2', 2],
    ['an entry is no JSON any more', "UPDATE audit SET entry = 'x' WHERE seq = 2", 2],
    ['a time is altered', 'UPDATE audit SET at = 2 WHERE seq = 2', 2],
    ['an entry is removed', 'DELETE FROM audit WHERE seq = 2', 2],
    ['the first entry is removed', 'DELETE FROM audit WHERE seq = 1', 1],
    [
      'entries change places',
      'UPDATE audit SET seq = CASE seq WHEN 1 THEN -1 WHEN 2 THEN 1 END WHERE seq < 3',
      1,
    ],
    ['a hash is altered', "UPDATE audit SET hash = 'x' WHERE seq = 3", 3],
  ];
  for (const [what, sql, brokenAt] of tampering) {
    it(`shows where ${what}`, () => {
      db.exec(sql);
      assert.equal(verifyAudit(db).brokenAt, brokenAt);
    });
  }

  it('has another head when its end is cut off, which the controller has seen', () => {
    const head = auditHead(db);
    db.exec('DELETE FROM audit WHERE seq = 3');
    assert.notEqual(auditHead(db), head);
  });

  describe('over years', () => {
    const day = 86_400_000;
    const kept = { ms: 400 * day, newest: 200, most: 5000 };
    const fill = (entries: number, at: (index: number) => number): void =>
      transaction(db, () => {
        for (let index = 0; index < entries; index += 1) appendAudit(db, at(index), entry(`w${index}`));
      });
    beforeEach(() => db.exec("DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'"));

    it('loses what is older than is kept, says so, and still follows from entry to entry', () => {
      fill(3000, (index) => index * day);
      const head = auditHead(db);
      pruneAudit(db, 3000 * day, kept);
      const { pruned, entries, brokenAt } = verifyAudit(db);
      // In thousands: 2600 are too old.
      assert.deepEqual({ pruned, entries, brokenAt }, { pruned: 2000, entries: 1002, brokenAt: null });
      assert.equal(db.prepare('SELECT hash FROM audit WHERE seq = 3000').get()?.hash, head);
      pruneAudit(db, 3000 * day, kept);
      assert.equal(verifyAudit(db).pruned, 2000);
      fill(3, () => 3001 * day);
      assert.equal(verifyAudit(db).brokenAt, null);
    });

    it('keeps the newest whatever the clock says', () => {
      fill(1150, () => day);
      pruneAudit(db, 1_000_000 * day, kept);
      assert.equal(verifyAudit(db).entries, 1150);
    });

    it('is bounded also where all of it is young', () => {
      fill(7000, () => day);
      pruneAudit(db, day, kept);
      assert.ok(verifyAudit(db).entries <= 5000 + 1000);
      assert.equal(verifyAudit(db).brokenAt, null);
    });

    const afterwards: [string, string][] = [
      ['more is removed than it says', 'DELETE FROM audit WHERE seq = 2001'],
      ['an entry is altered', "UPDATE audit SET entry = replace(entry, 'w', 'v') WHERE seq = 2500"],
      [
        'the beginning is moved',
        "UPDATE audit SET entry = replace(entry, '2000', '2001') WHERE entry ->> 'kind' = 'pruned' AND entry ->> 'through' = 2000",
      ],
    ];
    for (const [what, sql] of afterwards)
      it(`shows that ${what}, after it was pruned`, () => {
        fill(3000, (index) => index * day);
        pruneAudit(db, 3000 * day, kept);
        db.exec(sql);
        assert.notEqual(verifyAudit(db).brokenAt, null);
      });
  });
});
