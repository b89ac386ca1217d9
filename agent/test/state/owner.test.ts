import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { RootFloor } from '../../src/catalogue/root-floor.ts';
import { Outbox } from '../../src/outbox/index.ts';
import { noteOwner, openState } from '../../src/state/index.ts';
import { appendAudit, auditHead } from '../../src/warrants/index.ts';

describe('the state of an endpoint that is enrolled anew', () => {
  let folder: string;
  let db: DatabaseSync;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-owner-'));
    db = openState(join(folder, 'state.db'));
    assert.equal(noteOwner(db, 'first'), false);
  });
  afterEach(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  const fill = (): { stream: string; head: string } => {
    const outbox = new Outbox(db, { now: () => 1 });
    outbox.append({ type: 'agent-started', version: '0.1.0', previous: 'stopped' });
    db.exec(`INSERT INTO standings VALUES ('service-stopped service:web', '{}');
             INSERT INTO warrants VALUES ('w', 'n', 7, 'e', 'r', 1, 2, 'ended', 2, NULL);
             INSERT INTO catalogue VALUES ('root.json', x'00');
             INSERT INTO attempts (runbook, at) VALUES ('r', 1);`);
    new RootFloor(db).check(3);
    appendAudit(db, 1, { kind: 'quarantine-lifted', runbook: 'r' });
    return { stream: outbox.stream, head: auditHead(db) };
  };
  const rows = (table: string): number => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);

  it('begins anew in all that was between it and its former controller, and keeps what the machine did', () => {
    const { stream, head } = fill();
    assert.equal(noteOwner(db, 'second'), true);
    for (const table of ['outbox', 'standings', 'warrants', 'catalogue']) assert.equal(rows(table), 0, table);
    assert.notEqual(new Outbox(db, { now: () => 1 }).stream, stream);
    assert.equal(rows('attempts'), 1);
    assert.equal(auditHead(db), head);
    assert.equal(db.prepare("SELECT value FROM meta WHERE key = 'catalogue-root-version'").get(), undefined);
  });

  it('stays as it is at each start of the same enrolment', () => {
    const { stream } = fill();
    assert.equal(noteOwner(db, 'first'), false);
    for (const table of ['outbox', 'standings', 'warrants', 'catalogue']) assert.equal(rows(table), 1, table);
    assert.equal(new Outbox(db, { now: () => 1 }).stream, stream);
  });
});
