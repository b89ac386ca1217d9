import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { chainHash } from '../../src/audit/chain.ts';
import { type AuditEntry, AuditLog, verifyAudit } from '../../src/audit/index.ts';
import { openStore, type Store, type Tables } from '../../src/store/index.ts';

type Row = Tables['audit'];

const entry = fc.record({
  actor: fc.string({ minLength: 1, maxLength: 12 }),
  action: fc.constantFrom('sign-in', 'mode-set', 'approve'),
  subject: fc.string({ maxLength: 12 }),
  detail: fc.dictionary(
    fc.string({ maxLength: 6 }),
    fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean()),
  ),
});

/** One way of tampering; answers what the table then holds. `pick` chooses among the rows. */
type Tampering = (rows: readonly Row[], pick: number, text: string) => Row[];

const at = (rows: readonly Row[], pick: number): Row => {
  const row = rows[pick % rows.length];
  assert.ok(row !== undefined);
  return row;
};
const edit =
  (change: (row: Row, text: string) => Partial<Row>): Tampering =>
  (rows, pick, text) =>
    rows.map((row) => (row === at(rows, pick) ? { ...row, ...change(row, text) } : row));
const renumber = (rows: readonly Row[]): Row[] => rows.map((row, index) => ({ ...row, seq: index + 1 }));

const tamperings: Record<string, Tampering> = {
  'the actor edited': edit((row, text) => ({ actor: `${row.actor}${text}x` })),
  'the action edited': edit((row) => ({ action: `${row.action}d` })),
  'the subject edited': edit((row, text) => ({ subject: `${text}${row.subject}.` })),
  'the detail edited': edit((row, text) => ({ detail: JSON.stringify({ [`${text}!`]: row.detail }) })),
  'the detail spaced': edit((row) => ({ detail: ` ${row.detail}` })),
  'the time edited': edit((row) => ({ at: row.at + 1 })),
  'the hash edited': edit((row) => ({
    hash: row.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
  })),
  'the actor edited, and its hash made to fit': (rows, pick) => {
    const edited = { ...at(rows, pick), actor: 'nobody' };
    const before = rows.find((row) => row.seq === edited.seq - 1)?.hash ?? '0'.repeat(64);
    return rows.map((row) => (row.seq === edited.seq ? { ...edited, hash: chainHash(edited, before) } : row));
  },
  'a row removed': (rows, pick) => rows.filter((row) => row !== at(rows, pick)),
  'a row removed and the rest renumbered': (rows, pick) =>
    renumber(rows.filter((row) => row !== at(rows, pick))),
  'the end cut off': (rows, pick) => rows.slice(0, pick % rows.length),
  'two rows exchanged': (rows, pick) => {
    const first = pick % (rows.length - 1);
    const [a, b] = [at(rows, first), at(rows, first + 1)];
    return rows.map((row) => (row === a ? { ...b, seq: a.seq } : row === b ? { ...a, seq: b.seq } : row));
  },
  'a row put in': (rows, pick) => {
    const place = pick % (rows.length + 1);
    return renumber([...rows.slice(0, place), { ...at(rows, pick), actor: 'nobody' }, ...rows.slice(place)]);
  },
  'a row said twice': (rows, pick) => {
    const place = pick % rows.length;
    return renumber([...rows.slice(0, place + 1), at(rows, place), ...rows.slice(place + 1)]);
  },
};

describe('the audit log', () => {
  let folder: string;
  let store: Store;
  let now = 1_700_000_000_000;
  const log = new AuditLog({ now: () => now });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-audit-'));
    store = await openStore(join(folder, 'audit.db'));
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => empty());

  async function empty(): Promise<void> {
    await store.write(async (tx) => {
      await tx.deleteFrom('audit').execute();
      await tx.deleteFrom('settings').execute();
    });
  }
  async function append(entries: readonly AuditEntry[]): Promise<Row[]> {
    await store.write(async (tx) => {
      for (const one of entries) {
        now += 7;
        await log.append(tx, one);
      }
    });
    return store.read.selectFrom('audit').selectAll().orderBy('seq').execute();
  }
  async function replaceWith(rows: readonly Row[]): Promise<void> {
    await store.write(async (tx) => {
      await tx.deleteFrom('audit').execute();
      for (const row of rows) await tx.insertInto('audit').values(row).execute();
    });
  }

  it('is whole when nothing was touched, and names its head', async () => {
    assert.deepEqual(await verifyAudit(store.read), {
      ok: true,
      entries: 0,
      head: { seq: 0, hash: '0'.repeat(64) },
    });
    const rows = await append([
      { actor: 'mia', action: 'sign-in', subject: 'mia', detail: {} },
      {
        actor: 'mia',
        action: 'mode-set',
        subject: 'linux/service/restart',
        detail: { mode: 'shadow', client: '*', absent: undefined },
      },
    ]);
    assert.deepEqual(await verifyAudit(store.read), {
      ok: true,
      entries: 2,
      head: { seq: 2, hash: rows[1]?.hash },
    });
    assert.equal(rows[1]?.detail, '{"client":"*","mode":"shadow"}');
  });

  it('is whole over more than a page of entries', async () => {
    await append(
      Array.from({ length: 1001 }, (_, index) => ({
        actor: 'mia',
        action: 'note',
        subject: String(index),
        detail: {},
      })),
    );
    const verdict = await verifyAudit(store.read);
    assert.equal(verdict.ok && verdict.entries, 1001);
  });

  it('keeps an entry only with what it records', async () => {
    await append([{ actor: 'mia', action: 'sign-in', subject: 'mia', detail: {} }]);
    const failing = store.write(async (tx) => {
      await log.append(tx, { actor: 'mia', action: 'mode-set', subject: 'x', detail: {} });
      throw new Error('the change itself failed');
    });
    await assert.rejects(failing, /the change itself failed/);
    const verdict = await verifyAudit(store.read);
    assert.equal(verdict.ok && verdict.entries, 1);
  });

  for (const [name, tamper] of Object.entries(tamperings)) {
    it(`shows ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(entry, { minLength: 2, maxLength: 6 }),
          fc.nat(100),
          fc.string({ maxLength: 4 }),
          async (entries, pick, text) => {
            await empty();
            const rows = await append(entries);
            assert.equal((await verifyAudit(store.read)).ok, true);
            await replaceWith(tamper(rows, pick, text));
            assert.equal((await verifyAudit(store.read)).ok, false);
          },
        ),
        { numRuns: 15 },
      );
    });
  }

  it('shows a log written anew to whoever noted its head', async () => {
    const entries = [1, 2, 3].map((n) => ({ actor: 'mia', action: 'note', subject: String(n), detail: {} }));
    const rows = await append(entries);
    const noted = { seq: 2, hash: rows[1]?.hash ?? '' };
    assert.equal((await verifyAudit(store.read, noted)).ok, true);
    await empty();
    await append(entries);
    assert.equal((await verifyAudit(store.read)).ok, true);
    const verdict = await verifyAudit(store.read, noted);
    assert.equal(!verdict.ok && verdict.seq, 2);
    await empty();
    await append(entries.slice(0, 1));
    assert.equal((await verifyAudit(store.read, noted)).ok, false);
  });

  it('names a head that cannot be read', async () => {
    await append([{ actor: 'mia', action: 'sign-in', subject: 'mia', detail: {} }]);
    await store.write((tx) =>
      tx.updateTable('settings').set({ value: '{' }).where('key', '=', 'audit-head').execute(),
    );
    const verdict = await verifyAudit(store.read);
    assert.match(verdict.ok ? '' : verdict.reason, /head of the log cannot be read/);
  });
});
