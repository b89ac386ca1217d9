import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { AuditLog, verifyAudit } from '../../src/audit/index.ts';
import { Ingest } from '../../src/gateway/index.ts';
import { Retention } from '../../src/retention/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openSqlite } from '../../src/store/sqlite-dialect.ts';
import { seed } from '../api/seeded.ts';
import { Endpoint } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';

const dayMs = 86_400_000;
const started = { type: 'agent-started', version: '0.1.0', previous: 'stopped' } as const;

describe('retention', () => {
  let folder: string;
  let store: Store;
  let clock: { at: number; now(): number };
  let retention: Retention;
  let ingest: Ingest;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-retention-'));
    store = await openStore(join(folder, 'millwright.db'));
    clock = {
      at: Date.UTC(2026, 0, 15),
      now() {
        return this.at;
      },
    };
    retention = new Retention({ store, clock, eventsDays: 30, ticketsDays: 365 });
    ingest = new Ingest(store, clock, () => {});
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const events = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index, at: clock.at, body: started }));
  const take = (stream: string, from: number, to: number) =>
    ingest.events({ endpoint: 'e', stream }, events(from, to));
  const applied = (position: number) =>
    store.write((tx) => tx.replaceInto('cursors').values({ name: 'alerts', position }).execute());
  const kept = async (): Promise<string[]> => {
    const rows = await store.read.selectFrom('events').select(['stream', 'seq']).orderBy('id').execute();
    return rows.map(({ stream, seq }) => `${stream}${seq}`);
  };

  it('clears events that were applied and are older than it keeps, and no others', async () => {
    await take('a', 1, 2);
    await take('b', 1, 2);
    clock.at += 29 * dayMs;
    await take('b', 3, 3);
    await applied(3);
    await retention.tick();
    assert.deepEqual(await kept(), ['a1', 'a2', 'b1', 'b2', 'b3']);
    clock.at += 2 * dayMs;
    await retention.tick();
    assert.deepEqual(await kept(), ['b2', 'b3']);
  });

  it('takes no event twice whose row is gone', async () => {
    await take('a', 1, 3);
    await take('b', 1, 1);
    await applied(4);
    clock.at += 31 * dayMs;
    await retention.tick();
    assert.deepEqual(await kept(), []);
    await take('a', 2, 4);
    await take('b', 1, 2);
    assert.deepEqual(await kept(), ['a4', 'b2']);
    // Cleared again, in two goes: the mark only rises.
    await applied(6);
    clock.at += 31 * dayMs;
    await retention.tick();
    await take('a', 1, 5);
    assert.deepEqual(await kept(), ['a5']);
  });

  it('lets events in between two batches of a long clearing', async () => {
    for (let from = 1; from <= 3000; from += 500) await take('a', from, from + 499);
    await applied(3000);
    clock.at += 31 * dayMs;
    const cleared = retention.tick();
    await take('a', 3001, 3001);
    const left = (await kept()).length;
    assert.ok(left > 1000, `${left} events are left when the new one is in`);
    await cleared;
    assert.deepEqual(await kept(), ['a3001']);
  });

  it('stops in the middle, and goes on at the next start', async () => {
    for (let from = 1; from <= 3000; from += 500) await take('a', from, from + 499);
    await applied(3000);
    clock.at += 31 * dayMs;
    const cleared = retention.tick();
    await retention.stop();
    await cleared;
    const left = (await kept()).length;
    assert.ok(left > 1000, `${left} events are left after the stop`);
    await new Retention({ store, clock, eventsDays: 30, ticketsDays: 365 }).tick();
    assert.deepEqual(await kept(), []);
  });

  it('clears closed tickets with all that belongs to them, and keeps the audit log whole', async () => {
    const made = await seed(store, clock.at, 'ab'.repeat(32));
    const audit = new AuditLog(clock);
    await store.write((tx) =>
      audit.append(tx, { actor: 'mia', action: 'ticket-closed', subject: '1', detail: {} }),
    );
    const count = async (table: 'tickets' | 'alerts' | 'remediations' | 'decisions' | 'runs' | 'timeline') =>
      (
        await store.read
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n;
    clock.at += 366 * dayMs;
    await retention.tick();
    // What is open stays, however old it is; what was closed is gone.
    assert.deepEqual(await Promise.all([count('tickets'), count('alerts'), count('runs')]), [1, 1, 1]);
    await store.write(async (tx) => {
      const over = { state: 'closed', closedAt: clock.at } as const;
      await tx.updateTable('tickets').set(over).where('id', '=', made.ticket).execute();
      await tx
        .insertInto('drafts')
        .values({
          remediation: made.remediation,
          warrant: 'w',
          payload: '',
          signatures: '[]',
          createdAt: 1,
          expiresAt: 2,
        })
        .execute();
    });
    clock.at += 366 * dayMs;
    await retention.tick();
    assert.equal(await count('tickets'), 1, 'its alert still stands');
    await store.write((tx) =>
      tx.updateTable('alerts').set({ state: 'resolved', resolvedAt: clock.at }).execute(),
    );
    await retention.tick();
    for (const table of ['tickets', 'alerts', 'remediations', 'decisions', 'runs', 'timeline'] as const)
      assert.equal(await count(table), 0, table);
    const verdict = await verifyAudit(store.read);
    assert.deepEqual([verdict.ok, verdict.ok && verdict.entries], [true, 1]);
  });

  it('uses the room of what it cleared again: the file stops growing', async () => {
    const pages = async (): Promise<number> =>
      (await sql<{ pages: number }>`SELECT page_count AS pages FROM pragma_page_count`.execute(store.read))
        .rows[0]?.pages ?? 0;
    const month = async (from: number): Promise<number> => {
      for (let seq = from; seq < from + 5000; seq += 500) await take('a', seq, seq + 499);
      const most = await pages();
      await applied(from + 4999);
      clock.at += 31 * dayMs;
      await retention.tick();
      return most;
    };
    await month(1);
    const second = await month(5001);
    const third = await month(10_001);
    assert.ok(third <= second * 1.05, `${second} pages in the second month, ${third} in the third`);
  });

  it('cuts the write-ahead log back once a reader that held it up is gone', async () => {
    const log = join(folder, 'millwright.db-wal');
    const reader = await openSqlite(join(folder, 'millwright.db'));
    const read = (text: string) =>
      new Promise<void>((resolve, reject) =>
        reader.exec(text, (error) => (error === null ? resolve() : reject(error))),
      );
    await read('BEGIN; SELECT count(*) FROM settings;');
    const value = 'x'.repeat(1_000_000);
    for (let turn = 0; turn < 20; turn += 1)
      await store.write((tx) =>
        tx
          .replaceInto('settings')
          .values({ key: `k${turn}`, value })
          .execute(),
      );
    assert.ok(statSync(log).size > 20_000_000, 'the reader holds up every checkpoint');
    await read('COMMIT');
    reader.close();
    for (let turn = 0; turn < 10; turn += 1)
      await store.write((tx) => tx.replaceInto('settings').values({ key: 'k', value: 'x' }).execute());
    assert.ok(statSync(log).size <= 16 * 1024 * 1024, `${statSync(log).size} bytes`);
  });
});

describe('retention, on a running controller', function () {
  this.timeout(60_000);
  let installation: Installation;
  before(async () => {
    installation = await Installation.create();
  });
  after(() => installation.remove());

  it('tells an agent truly how far its outbox is committed, though no row is left of it', async () => {
    const { store, agentsPort } = installation.controller;
    const endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(agentsPort);
    await endpoint.tell(started, started, started);
    await endpoint.disconnect();
    const rows = () =>
      store.read.selectFrom('events').select('seq').where('endpoint', '=', endpoint.id).execute();
    const later = { now: () => installation.clock.now() + 31 * dayMs };
    const retention = new Retention({ store, clock: later, eventsDays: 30, ticketsDays: 365 });
    // They may go once they are applied, which comes after the acknowledgement.
    while ((await rows()).length > 0) await retention.tick();
    // An agent whose folder was lost and restored comes back with an outbox that it had before.
    await store.write((tx) =>
      tx
        .updateTable('endpoints')
        .set({ stream: 'another', lastSeq: 7 })
        .where('id', '=', endpoint.id)
        .execute(),
    );
    assert.equal((await endpoint.connect(agentsPort)).ackedSeq, 3);
  });
});
