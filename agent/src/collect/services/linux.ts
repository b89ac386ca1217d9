import type { Clock } from '@millwright/shared/clock';
import { z } from 'zod';
import { CollectError } from '../collect-error.ts';
import type { Collected, Collector, Publish, Unread } from '../collector.ts';
import { type BusListener, openSystemBus, type SystemBus } from './system-bus.ts';
import {
  type BusSignal,
  changeOf,
  type ListedUnit,
  parseListUnits,
  parseVariant,
  systemd,
  unitChangeOf,
} from './systemd-messages.ts';
import { isWanted, serviceReadingOf, stateOf, type Unit } from './systemd-unit.ts';

const bus = { name: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' } as const;
const match = (rest: string): string => `type='signal',sender='${systemd.destination}',${rest}`;
/** Every change of a unit, and what makes systemd read its unit files anew. */
const matches = [
  match(`interface='${systemd.properties}',member='PropertiesChanged',path_namespace='${systemd.unitPaths}'`),
  match(`interface='${systemd.managerInterface}',member='UnitFilesChanged'`),
  match(`interface='${systemd.managerInterface}',member='Reloading'`),
  `type='signal',sender='${bus.name}',interface='${bus.name}',member='NameOwnerChanged',arg0='${systemd.destination}'`,
];
/** How long to wait before looking again after the bus has gone: at first, and at most. */
const pause = { firstMs: 200, longestMs: 5000 };
/** `systemctl enable` and packages change many files in a row. */
const settleMs = 200;

/** Units that are asked about at one time: the bus takes 128 calls of a connection that are not answered yet. */
const askedAtOnce = 12;
/** What decides about an enabled unit, or one that has failed, beyond its state. */
const unitProperties = [
  [systemd.unitInterface, 'TriggeredBy'],
  [systemd.unitInterface, 'ConditionResult'],
  [systemd.unitInterface, 'ConditionTimestampMonotonic'],
  [systemd.unitInterface, 'ActiveEnterTimestampMonotonic'],
  [systemd.serviceInterface, 'Type'],
  [systemd.serviceInterface, 'RemainAfterExit'],
  [systemd.serviceInterface, 'Result'],
] as const;

const Kind = z
  .object({
    Type: z.string().default(''),
    RemainAfterExit: z.boolean().default(false),
    TriggeredBy: z.array(z.string()).default([]),
  })
  .transform((kind) => ({
    type: kind.Type,
    remainAfterExit: kind.RemainAfterExit,
    triggeredBy: kind.TriggeredBy,
  }));

/** Stands for the state of a unit's file until it has been asked for (systemd itself says '' for a unit without a file). */
const notLearnt = '?';

const unknown = ({ name, loadState, activeState, subState, hasJob }: ListedUnit): Unit => ({
  name,
  loadState,
  activeState,
  subState,
  hasJob,
  unitFileState: notLearnt,
  type: '',
  remainAfterExit: false,
  result: '',
  triggeredBy: [],
  conditionHeld: undefined,
  hasBeenActive: false,
});

/**
 * systemd's services. Changes come as signals within two milliseconds; the full list is read at the start, after the bus or systemd has
 * come back, and at the interval as reconciliation.
 */
export class SystemdServices implements Collector {
  readonly name = 'services';
  readonly timeoutMs = 10_000;
  readonly intervalMs: number;
  private readonly clock: Clock;
  private readonly open: (listener: BusListener) => Promise<SystemBus>;
  private bus: SystemBus | undefined;
  /** systemd's own name on the bus, which the bus vouches for: others may send signals that look like its. */
  private sender = '';
  private units = new Map<string, Unit>();
  /** What was learnt of units no longer holds: systemd has read their files anew. */
  private relearn = false;
  private publish: Publish | undefined;
  private again: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = pause.firstMs;

  constructor(intervalMs: number, clock: Clock, open = openSystemBus) {
    this.intervalMs = intervalMs;
    this.clock = clock;
    this.open = open;
  }

  owns(key: string): boolean {
    return key.startsWith('service:');
  }

  watch(publish: Publish, again: () => void): () => void {
    this.publish = publish;
    this.again = again;
    return () => {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.publish = undefined;
      this.again = undefined;
      const { bus: connection } = this;
      this.bus = undefined;
      connection?.close();
    };
  }

  async collect(signal: AbortSignal): Promise<Collected> {
    try {
      return await this.readAll(signal);
    } catch (error) {
      if (this.bus === undefined) this.backOff();
      throw error;
    }
  }

  private async readAll(signal: AbortSignal): Promise<Collected> {
    const connection = this.bus ?? (await this.connect(signal));
    // A bus that does not answer is given up: closing it ends every call that waits.
    signal.addEventListener('abort', () => connection.close(), { once: true });
    const listed = await this.list(connection);
    const unread: Unread[] = [];
    const learn = async (unit: ListedUnit): Promise<void> => {
      try {
        await this.learn(connection, unit);
      } catch (error) {
        this.units.delete(unit.path);
        unread.push({
          key: `service:${unit.name}`,
          reason: `${unit.name}: ${error instanceof Error ? error.message : error}`,
        });
      }
    };
    const asked = this.relearn ? listed : listed.filter(({ path }) => !this.units.has(path));
    this.relearn = false;
    for (let first = 0; first < asked.length; first += askedAtOnce)
      await Promise.all(asked.slice(first, first + askedAtOnce).map(learn));
    if (this.bus !== connection)
      throw new CollectError('bus-unavailable', 'the system bus went while services were read');
    this.pauseMs = pause.firstMs;
    const at = this.clock.now();
    return { readings: [...this.units.values()].map((unit) => serviceReadingOf(unit, at)), unread };
  }

  private async connect(abort: AbortSignal): Promise<SystemBus> {
    let opened: SystemBus | undefined;
    const connection = await this.open({
      signal: (signal) => this.take(signal),
      closed: () => {
        if (this.bus !== opened) return;
        this.bus = undefined;
        this.sender = '';
        this.units.clear();
        this.backOff();
      },
    });
    opened = connection;
    abort.addEventListener('abort', () => connection.close(), { once: true });
    try {
      // Without Subscribe systemd sends no signals; without a match the bus passes none on.
      await connection.call(manager('Subscribe'), () => undefined);
      for (const rule of matches) await connection.call(daemon('AddMatch', rule), () => undefined);
      this.sender = await connection.call(daemon('GetNameOwner', systemd.destination), (body) =>
        z.string().parse(body),
      );
    } catch (error) {
      connection.close();
      throw error;
    }
    this.bus = connection;
    return connection;
  }

  /** Lists the services, and brings what is known of each up to date; those that systemd no longer holds are forgotten. */
  private list(connection: SystemBus): Promise<ListedUnit[]> {
    const call = { ...manager('ListUnitsByPatterns'), signature: 'asas', body: [[], ['*.service']] };
    return connection.call(call, (body) => {
      const listed = parseListUnits(body).filter((unit) => unit.loadState !== 'not-found');
      const known = this.units;
      this.units = new Map();
      for (const { path, ...told } of listed) {
        const unit = known.get(path);
        if (unit !== undefined) this.units.set(path, { ...unit, ...told });
      }
      return listed;
    });
  }

  /** Asks for what a list does not tell, once for each unit as long as it stays loaded. */
  private async learn(connection: SystemBus, listed: ListedUnit): Promise<void> {
    const { path } = listed;
    // Known from here on, so that signals that come meanwhile are not lost.
    if (!this.units.has(path)) this.units.set(path, unknown(listed));
    const get = (from: string, name: string): Promise<unknown> =>
      connection.call(
        {
          destination: systemd.destination,
          path,
          interface: systemd.properties,
          member: 'Get',
          signature: 'ss',
          body: [from, name],
        },
        parseVariant,
      );
    const unitFileState = z.string().parse(await get(systemd.unitInterface, 'UnitFileState'));
    const decides = unitFileState.startsWith('enabled') || listed.activeState === 'failed';
    const properties = new Map(
      await Promise.all(
        (decides ? unitProperties : []).map(async ([from, name]) => [name, await get(from, name)] as const),
      ),
    );
    const known = this.units.get(path);
    if (known === undefined) return;
    const { type, remainAfterExit, triggeredBy } = Kind.parse(Object.fromEntries(properties));
    this.units.set(path, {
      ...known,
      ...changeOf(properties),
      unitFileState,
      type,
      remainAfterExit,
      triggeredBy,
    });
  }

  private take(signal: BusSignal): void {
    if (signal.sender === bus.name && signal.member === 'NameOwnerChanged') {
      // systemd has executed itself anew: whether it still knows us is not certain, so we begin again too.
      if (this.sender !== '') this.bus?.close();
      return;
    }
    if (signal.sender !== this.sender) return;
    if (signal.interface === systemd.managerInterface) {
      const [reloading] = signal.body;
      if (signal.member === 'Reloading' && reloading === true) return;
      this.relearn = true;
      this.lookAgainIn(settleMs);
      return;
    }
    const told = unitChangeOf(signal);
    if (told === undefined) return;
    const unit = this.units.get(told.path);
    if (unit === undefined) {
      // Loaded since the last list.
      if (told.path.endsWith('_2eservice')) this.lookAgainIn(settleMs);
      return;
    }
    const changed = { ...unit, ...told.change };
    this.units.set(told.path, changed);
    if (unit.unitFileState === notLearnt) return; // Told with the list.
    if (
      unit.activeState !== changed.activeState ||
      unit.subState !== changed.subState ||
      stateOf(unit) !== stateOf(changed) ||
      isWanted(unit) !== isWanted(changed)
    )
      this.publish?.([serviceReadingOf(changed, this.clock.now())]);
  }

  private backOff(): void {
    this.lookAgainIn(this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, pause.longestMs);
  }

  /** What has been asked for already is left as it is, so that no stream of signals can put it off for ever. */
  private lookAgainIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.again?.();
    }, ms);
  }
}

const manager = (
  member: string,
): { destination: string; path: string; interface: string; member: string } => ({
  destination: systemd.destination,
  path: systemd.manager,
  interface: systemd.managerInterface,
  member,
});

const daemon = (member: string, argument: string): Parameters<SystemBus['call']>[0] => ({
  destination: bus.name,
  path: bus.path,
  interface: bus.name,
  member,
  signature: 's',
  body: [argument],
});
