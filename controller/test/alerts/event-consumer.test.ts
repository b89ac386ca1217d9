import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBody } from '@millwright/shared/protocol';
import { Alerts } from '../../src/alerts/alerts.ts';
import { EventConsumer, type EventFollower } from '../../src/alerts/event-consumer.ts';
import { AuditLog } from '../../src/audit/index.ts';
import { LiveFeed } from '../../src/live/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { Tickets } from '../../src/tickets/index.ts';
import { processRuns, processStopped } from '../harness/endpoint.ts';

const clock = { now: Date.now };
const endpoints = Array.from({ length: 500 }, (_, index) => `endpoint-${index}`);
const eventsEach = 20;

/** What each endpoint tells: ten processes stop, one after another, and each but the last runs again. */
const story = Array.from({ length: eventsEach }, (_, index): EventBody => {
  const name = `daemon-${Math.floor(index / 2)}`;
  if (index === eventsEach - 1) return { type: 'agent-started', version: '1', previous: 'stopped' };
  return index % 2 === 0 ? processStopped(name) : processRuns(name);
});

/** Writes down what it is told, in its order, and fails on what it is told to fail on. */
class Recorder implements EventFollower {
  readonly told: string[] = [];
  failures = 0;
  readonly #failsOn: string;

  constructor(failsOn = '') {
    this.#failsOn = failsOn;
  }

  async raised(...[, raised, { endpoint }]: Parameters<EventFollower['raised']>): Promise<void> {
    if (endpoint === this.#failsOn) {
      this.failures += 1;
      throw new TypeError('nobody thought of this');
    }
    this.told.push(`${endpoint} raised ${raised.alert}`);
  }

  async cleared(...[, cleared]: Parameters<EventFollower['cleared']>): Promise<void> {
    this.told.push(`cleared ${cleared.alert}`);
  }

  async runProgress(): ReturnType<EventFollower['runProgress']> {
    return [];
  }

  async runEnded(): ReturnType<EventFollower['runEnded']> {
    return [];
  }

  wake(): void {}
}

describe('the event consumer in a flood', function () {
  this.timeout(120_000);
  let folder: string;
  let store: Store;
  let logged: Record<string, unknown>[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-flood-'));
    store = await openStore(join(folder, 'millwright.db'));
    logged = [];
    await store.write(async (tx) => {
      await tx.insertInto('clients').values({ id: 'acme', name: 'Acme' }).execute();
      await tx.insertInto('sites').values({ id: 'main', client: 'acme', name: 'Main' }).execute();
      for (const id of endpoints)
        await tx
          .insertInto('endpoints')
          .values({
            id,
            client: 'acme',
            site: 'main',
            hostname: id,
            platform: 'linux',
            arch: 'x64',
            agentVersion: '1',
            standing: 'enrolled',
            connected: 1,
            thumbprint: id,
            publicKey: '',
            enrolledAt: 0,
            lastSeenAt: null,
            bootAt: null,
            stream: 'stream',
            lastSeq: 0,
            auditHead: '',
            warrantSequence: 0,
          })
          .execute();
    });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const insert = (rows: readonly { endpoint: string; seq: number; body: string }[]): Promise<void> =>
    store.write(async (tx) => {
      for (let from = 0; from < rows.length; from += 100)
        await tx
          .insertInto('events')
          .values(
            rows.slice(from, from + 100).map((row) => ({
              ...row,
              stream: 'stream',
              at: clock.now(),
              receivedAt: clock.now(),
            })),
          )
          .execute();
    });
  const pour = async (poisoned: (endpoint: string, seq: number) => boolean): Promise<void> => {
    const rows = story.flatMap((body, index) =>
      endpoints.map((endpoint) => ({
        endpoint,
        seq: index + 1,
        body: JSON.stringify(poisoned(endpoint, index + 1) ? { type: 'condition-raised' } : body),
      })),
    );
    await insert(rows);
  };
  const consume = async (follower: EventFollower): Promise<void> => {
    const tickets = new Tickets(clock);
    const consumer = new EventConsumer({
      store,
      alerts: new Alerts(clock, tickets),
      tickets,
      audit: new AuditLog(clock),
      follower,
      live: new LiveFeed(),
      log: (_, facts) => logged.push(facts),
      othersWait: () => false,
    });
    consumer.wake();
    await consumer.idle();
  };
  const applied = async (): Promise<number> =>
    (await store.read.selectFrom('cursors').select('position').executeTakeFirstOrThrow()).position;
  /** Alerts of each endpoint, in the order in which they came to be, with what became of them. */
  const alertsOf = async (endpoint: string) => {
    const rows = await store.read
      .selectFrom('alerts')
      .select(['subject', 'state'])
      .where('endpoint', '=', endpoint)
      .orderBy('id')
      .execute();
    return rows.map(({ subject, state }) => `${subject} ${state}`);
  };
  const setAside = () =>
    store.read
      .selectFrom('audit')
      .select(['subject', 'detail'])
      .where('action', '=', 'event-set-aside')
      .execute();
  const whole = Array.from(
    { length: 10 },
    (_, index) => `daemon-${index} ${index < 9 ? 'resolved' : 'open'}`,
  );

  it('applies ten thousand events of five hundred endpoints, each once and each endpoint’s in its order', async () => {
    await pour(() => false);
    const recorder = new Recorder();
    await consume(recorder);
    assert.equal(await applied(), endpoints.length * eventsEach);
    for (const endpoint of endpoints) assert.deepEqual(await alertsOf(endpoint), whole, endpoint);
    assert.equal(recorder.told.length, endpoints.length * (eventsEach - 1));
    assert.deepEqual(await setAside(), []);

    const later = new Recorder();
    await consume(later);
    assert.deepEqual(later.told, [], 'nothing is applied twice');
  });

  it('sets a poisonous event aside by name, tells a person once, and loses none behind it', async () => {
    await pour((endpoint, seq) => endpoint === 'endpoint-250' && (seq === 1 || seq === 5));
    await consume(new Recorder());
    assert.equal(
      await applied(),
      endpoints.length * eventsEach,
      'what is behind it is applied without another event',
    );
    const without = whole.filter((alert) => !/daemon-(0|2) /.test(alert));
    for (const endpoint of endpoints)
      assert.deepEqual(await alertsOf(endpoint), endpoint === 'endpoint-250' ? without : whole, endpoint);

    const told = await setAside();
    assert.deepEqual(
      told.map(({ subject, detail }) => {
        const { seq, type } = JSON.parse(detail);
        return { subject, seq, type };
      }),
      [1, 5].map((seq) => ({ subject: 'endpoint-250', seq, type: 'condition-raised' })),
    );
    assert.deepEqual(
      logged.flatMap(({ endpoint, seq }) => (endpoint === undefined ? [] : [`${endpoint} ${seq}`])),
      ['endpoint-250 1', 'endpoint-250 5'],
    );
    const tickets = await store.read
      .selectFrom('tickets')
      .select(['subject', 'state'])
      .where('endpoint', '=', 'endpoint-250')
      .where('subject', 'like', 'Events of%')
      .execute();
    assert.deepEqual(tickets, [
      { subject: 'Events of endpoint-250 could not be applied', state: 'escalated' },
    ]);
    const { kept } = await store.read
      .selectFrom('events')
      .select((eb) => eb.fn.countAll<number>().as('kept'))
      .executeTakeFirstOrThrow();
    assert.equal(kept, endpoints.length * eventsEach, 'it is kept');
  });

  it('tries an event that cannot be applied twice at most, and undoes what it had begun', async () => {
    await insert([
      { endpoint: 'endpoint-1', seq: 1, body: JSON.stringify(processStopped()) },
      { endpoint: 'endpoint-2', seq: 1, body: JSON.stringify(processStopped()) },
      { endpoint: 'endpoint-3', seq: 1, body: JSON.stringify(processStopped()) },
      { endpoint: 'nobody', seq: 1, body: JSON.stringify(processStopped()) },
      { endpoint: 'endpoint-4', seq: 1, body: 'no JSON' },
    ]);
    const recorder = new Recorder('endpoint-2');
    await consume(recorder);
    await consume(recorder);
    assert.equal(recorder.failures, 2);
    assert.equal(await applied(), 5);
    assert.deepEqual(await alertsOf('endpoint-2'), []);
    assert.deepEqual(await alertsOf('endpoint-3'), ['till open']);
    assert.deepEqual(
      (await setAside()).map(({ subject }) => subject),
      ['endpoint-2', 'nobody', 'endpoint-4'],
    );
  });
});
