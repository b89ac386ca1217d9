import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { openState } from '../../src/state/index.ts';
import {
  type AuditEntry,
  appendAudit,
  auditHead,
  EMPTY_HEAD,
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
    assert.deepEqual(verifyAudit(fresh), { entries: 0, head: EMPTY_HEAD, brokenAt: null });
    fresh.close();
  });

  it('has a head that changes with every entry', () => {
    const before = auditHead(db);
    appendAudit(db, 1, entry('d'));
    assert.notEqual(auditHead(db), before);
    assert.deepEqual(verifyAudit(db), { entries: 4, head: auditHead(db), brokenAt: null });
  });

  const tampering: [string, string, number][] = [
    ['an entry is altered', 'UPDATE audit SET entry = replace(entry, \'"b"\', \'"x"\') WHERE seq = 2', 2],
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
});
