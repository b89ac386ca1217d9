import type { AddressInfo } from 'node:net';
import type { Clock } from '@millwright/shared/clock';
import { Alerts, ConnectivityWatch, EventConsumer, SuppressedAlerts } from './alerts/index.ts';
import { buildApi } from './api/index.ts';
import { AuditLog } from './audit/index.ts';
import { CurrentCatalogue, readOnlineKey } from './catalogue/index.ts';
import { configuredChooser } from './choosers/index.ts';
import { type Configuration, ConfigurationError, readConfiguration } from './configuration/index.ts';
import { Engine, type EngineParts, Operations, WarrantWriter } from './engine/index.ts';
import { Gateway, Ingest } from './gateway/index.ts';
import { Authority, Enrolment, noLongerEnrolled, serverCertificate } from './identity/index.ts';
import { dashboardDir, databasePath, lockDataFolder, tlsDir } from './installation/index.ts';
import { LiveFeed } from './live/index.ts';
import { PolicyDistribution } from './policy/index.ts';
import { Retention } from './retention/index.ts';
import { type Room, storageOf } from './storage/index.ts';
import { openStore, type Store } from './store/index.ts';
import { Tickets } from './tickets/index.ts';

export interface ControllerOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
  /** For the key of a model's server; process.env where the controller is a program of its own. */
  readonly environment: NodeJS.ProcessEnv;
}

/** A running controller. */
export interface Controller {
  readonly configuration: Configuration;
  readonly agentsPort: number;
  readonly webPort: number;
  readonly store: Store;
  readonly live: LiveFeed;
  readonly audit: AuditLog;
  readonly operations: Operations;
  readonly gateway: Gateway;
  readonly catalogue: CurrentCatalogue;
  /** Ends in order: nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

/**
 * Starts the whole controller in this process. An event's way is: gateway → ingest (committed, acknowledged) → event
 * consumer (alert, ticket) → engine (choice, policy, warrant) → gateway → the agent's reports, by the same way.
 * @throws AlreadyServing where another controller, of this process or another, holds the data folder
 */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const configuration = readConfiguration(options.dataDir);
  // What is opened is closed in the opposite order: at the end, or where the rest cannot be opened.
  const opened = new AsyncDisposableStack();
  try {
    opened.defer(lockDataFolder(options.dataDir));
    return await start(options, configuration, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function start(
  { dataDir, clock, log, environment }: ControllerOptions,
  configuration: Configuration,
  opened: AsyncDisposableStack,
): Promise<Controller> {
  const authority = await Authority.open(tlsDir(dataDir), clock);
  const certificate = await serverCertificate(tlsDir(dataDir), authority, configuration.names, clock);
  const catalogue = await CurrentCatalogue.open(dataDir, clock);
  const warrants = new WarrantWriter(await readOnlineKey(dataDir, 'warrant'), clock);
  const store = await openStore(databasePath(dataDir));
  opened.defer(() => store.close());

  const live = new LiveFeed();
  const audit = new AuditLog(clock);
  const tickets = new Tickets(clock);
  const alerts = new Alerts(clock, tickets);
  const enrolment = new Enrolment({
    store,
    clock,
    authority,
    audit,
    live,
    requireApproval: configuration.requireApproval,
  });

  // The engine sends through the gateway, and the gateway's events reach the engine: one of them must be named first.
  const endpoints: EngineParts['endpoints'] = {
    isConnected: (endpoint) => gateway.isConnected(endpoint),
    send: (endpoint, message) => gateway.send(endpoint, message),
  };
  const parts: EngineParts = {
    store,
    clock,
    tickets,
    audit,
    live,
    catalogue,
    warrants,
    endpoints,
    log,
    chooser: await configuredChooser(configuration, environment),
  };
  const engine = new Engine(parts);
  opened.defer(() => engine.stop());
  const operations = new Operations(parts, alerts, engine);
  const ingest = new Ingest(store, clock, () => consumer.wake());
  const consumer = new EventConsumer({
    store,
    alerts,
    tickets,
    audit,
    follower: engine,
    live,
    log,
    othersWait: () => ingest.busy,
  });
  opened.defer(() => consumer.idle());
  const { offline } = configuration;
  const connectivity = new ConnectivityWatch({
    store,
    clock,
    alerts,
    follower: engine,
    live,
    limits: {
      offlineAfterMs: offline.afterSeconds * 1000,
      startupGraceMs: offline.startupGraceSeconds * 1000,
      siteWindowMs: offline.siteWindowSeconds * 1000,
    },
  });
  const retention = new Retention({ store, clock, ...configuration.retention });
  opened.defer(() => retention.stop());
  const suppressed = new SuppressedAlerts({
    store,
    clock,
    tickets,
    follower: engine,
    live,
    siteGraceMs: offline.afterSeconds * 1000,
  });
  const policies = new PolicyDistribution(store, {
    connected: () => gateway.connected(),
    send: (endpoint, message) => gateway.send(endpoint, message),
  });
  const gateway = new Gateway({
    store,
    clock,
    ingest,
    enrolment,
    log,
    tls: { ...certificate, ca: authority.pem },
    policyFor: (endpoint) => policies.policyFor(endpoint),
    catalogueFile: (path) => catalogue.file(path),
    renewCertificate: (endpoint) => enrolment.renew(endpoint),
    onConnected: async (endpoint) => {
      await connectivity.connected(endpoint);
      await engine.connected(endpoint);
    },
    onDisconnected: (endpoint) => connectivity.disconnected(endpoint),
  });
  opened.defer(() => gateway.close());
  const api = await buildApi({
    store,
    clock,
    live,
    audit,
    engine: operations,
    catalogue,
    storage: () => storageOf(dataDir),
    policyFor: (endpoint) => policies.policyFor(endpoint),
    tls: certificate,
    dashboardDir,
    log,
  });
  opened.defer(() => api.close());

  await connectivity.start();
  // Before any endpoint comes: one that has seen newer ones than a restored backup holds would refuse its first order.
  await catalogue
    .tick()
    .catch((error: unknown) =>
      log('renewing the catalogue failed; it is tried again', { error: String(error) }),
    );
  const { agents, web } = configuration;
  const agentsPort = await openDoor('agents', agents, () => gateway.listen(agents.host, agents.port));
  await openDoor('web', web, () => api.listen(web));
  const webPort = portOf(api.server.address());

  // What a stop or a crash left unfinished goes on.
  consumer.wake();
  engine.wake();
  const every = (ms: number, what: string, work: () => Promise<void> | void): NodeJS.Timeout => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      void (async () => work())()
        .catch((error: unknown) => log(`${what} failed; it is tried again`, { error: String(error) }))
        .finally(() => {
          busy = false;
        });
    }, ms);
  };
  let room: Room | undefined;
  const timers = [
    every(10_000, 'looking at the room on the disk', async () => {
      const before = room;
      const { freeBytes, room: now } = await storageOf(dataDir);
      room = now;
      if (now === (before ?? 'enough')) return;
      log('the room on the disk has changed', { folder: dataDir, room: now, freeBytes });
      live.publish({ changed: 'fleet' });
    }),
    every(1000, 'looking for work that may run now', () => engine.tick()),
    every(1000, 'looking for alerts that nothing suppresses any more', () => suppressed.tick()),
    every(1000, 'distributing policy', () => policies.tick()),
    every(1000, 'looking for what commands have changed', async () => {
      if (await store.changedElsewhere()) live.publish({ changed: 'everything' });
    }),
    every(1000, 'looking for revoked endpoints', async () => {
      for (const endpoint of await noLongerEnrolled(store.read, gateway.connected()))
        gateway.disconnect(endpoint, 'endpoint-revoked');
    }),
    every(60_000, 'clearing away what is old', () => retention.tick()),
    every(5000, 'looking for endpoints that are away', () => connectivity.tick()),
    every(2000, 'renewing the catalogue', async () => {
      if (await catalogue.tick()) gateway.broadcast({ type: 'catalogue-changed' });
    }),
  ];
  opened.defer(() => {
    for (const timer of timers) clearInterval(timer);
  });
  return {
    configuration,
    agentsPort,
    webPort,
    store,
    live,
    audit,
    operations,
    gateway,
    catalogue,
    close: () => opened.disposeAsync(),
  };
}

/** @throws ConfigurationError where this machine does not give the address or the port */
async function openDoor<T>(
  name: 'agents' | 'web',
  { host, port }: Configuration['web'],
  listen: () => Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause && cause.syscall === 'listen')) throw cause;
    throw new ConfigurationError(
      'door-unusable',
      `cannot listen on ${host}:${port}, the door for ${name === 'web' ? 'people' : 'agents'} (${cause.message}); end the program that has it, or set "${name}" in config.json`,
      { cause },
    );
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the web door has no port');
  return address.port;
}
