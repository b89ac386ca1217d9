import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Storage } from '../storage/index.ts';
import type { Store } from '../store/index.ts';
import {
  alertsByCondition,
  endpointsByStatus,
  eventsIngested,
  fixesSince,
  type Labelled,
  reusableBytes,
  runsByOutcome,
  ticketsByState,
} from './measures.ts';

/** From half a second, where a restarted service is, to the hour in which a person would have come. Seconds. */
const fixBuckets = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600];

/**
 * What the controller tells Prometheus. Everything but the process's own figures comes from the store at the moment of
 * the scrape, so that a restart loses nothing and nothing is counted while nobody asks.
 */
export class Metrics {
  readonly #registry = new Registry();

  constructor(store: Store, storage: () => Promise<Storage>) {
    collectDefaultMetrics({ register: this.#registry });
    this.#counts('millwright_endpoints', 'Endpoints by status.', 'status', () =>
      endpointsByStatus(store.read),
    );
    this.#counts('millwright_alerts_open', 'Alerts that stand, by condition.', 'condition', () =>
      alertsByCondition(store.read),
    );
    this.#counts('millwright_tickets', 'Tickets by state.', 'state', () => ticketsByState(store.read));
    this.#counts('millwright_runs', 'Runs by outcome; `open` is one that has not ended.', 'outcome', () =>
      runsByOutcome(store.read),
    );

    new Gauge({
      name: 'millwright_events_ingested',
      help: 'Events committed since the store was made; only grows.',
      registers: [this.#registry],
      async collect() {
        this.set(await eventsIngested(store.read));
      },
    });
    this.#bytes(
      'millwright_disk_free_bytes',
      'Room that is left for the data folder.',
      async () => (await storage()).freeBytes,
    );
    this.#bytes(
      'millwright_database_bytes',
      'The database file.',
      async () => (await storage()).databaseBytes,
    );
    this.#bytes(
      'millwright_database_log_bytes',
      'The write-ahead log beside the database.',
      async () => (await storage()).logBytes,
    );
    this.#bytes(
      'millwright_database_reusable_bytes',
      'Room in the database file that is used again first.',
      () => reusableBytes(store.read),
    );
    let seen = 0;
    new Histogram({
      name: 'millwright_fix_seconds',
      help: 'Time from a fault to its verified fix, where Millwright fixed it.',
      buckets: fixBuckets,
      registers: [this.#registry],
      async collect() {
        const { fixes, last } = await fixesSince(store.read, seen);
        for (const ms of fixes) this.observe(ms / 1000);
        seen = last;
      },
    });
  }

  #counts<L extends string>(name: string, help: string, label: L, count: () => Promise<Labelled[]>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        const rows = await count();
        this.reset();
        for (const row of rows) this.labels(row.label).set(row.count);
      },
    });
  }

  #bytes(name: string, help: string, measure: () => Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await measure());
      },
    });
  }

  /** In Prometheus's text format. */
  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
