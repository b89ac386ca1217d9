import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceReading } from '@millwright/shared/readings';
import { SystemdServices } from '../../../src/collect/services/linux.ts';
import type { BusCall, BusListener, SystemBus } from '../../../src/collect/services/system-bus.ts';

const variant = (value: unknown): unknown => [[], [value]];
const pathOf = (name: string): string => `/org/freedesktop/systemd1/unit/${name}_2eservice`;
const never = new AbortController().signal;

/** A bus with a systemd behind it that holds the units a test gives it. */
class Bus {
  units = new Map<string, { active: string; file: string }>();
  opened = 0;
  refuse = false;
  readonly calls: string[] = [];
  listener: BusListener | undefined;

  readonly open = async (listener: BusListener): Promise<SystemBus> => {
    if (this.refuse) throw new Error('no bus');
    this.opened += 1;
    this.listener = listener;
    let closed = false;
    return {
      call: async (call, read) => {
        if (closed) throw new Error('closed');
        this.calls.push(call.member);
        return read(this.answer(call));
      },
      close: () => {
        if (closed) return;
        closed = true;
        listener.closed('closed');
      },
    };
  };

  private answer({ member, path, body = [] }: BusCall): unknown {
    if (member === 'GetNameOwner') return ':1.0';
    if (member === 'ListUnitsByPatterns')
      return [...this.units].map(([name, { active }]) => [
        `${name}.service`,
        '',
        'loaded',
        active,
        'sub',
        '',
        pathOf(name),
        0,
        '',
        '/',
      ]);
    if (member !== 'Get') return undefined;
    const unit = [...this.units].find(([name]) => pathOf(name) === path)?.[1];
    if (unit === undefined || unit.file === 'vanished') throw new Error('UnknownObject');
    const properties: Record<string, unknown> = {
      UnitFileState: unit.file,
      TriggeredBy: [],
      ConditionResult: true,
      ConditionTimestampMonotonic: 1,
      ActiveEnterTimestampMonotonic: 1,
      Type: 'simple',
      RemainAfterExit: false,
      Result: 'success',
    };
    return variant(properties[String(body[1])]);
  }

  signal(name: string, active: string, sender = ':1.0'): void {
    this.listener?.signal({
      type: 4,
      sender,
      path: pathOf(name),
      interface: 'org.freedesktop.DBus.Properties',
      member: 'PropertiesChanged',
      body: ['org.freedesktop.systemd1.Unit', [['ActiveState', variant(active)]], []],
    });
  }

  manager(member: string, body: unknown[] = [], sender = ':1.0'): void {
    const from = sender === ':1.0' ? 'org.freedesktop.systemd1.Manager' : sender;
    this.listener?.signal({ type: 4, sender, path: '/', interface: from, member, body });
  }
}

describe("systemd's services", () => {
  let bus: Bus;
  let services: SystemdServices;
  let told: string[];
  let again: number;
  let stop: () => void;
  const short = (reading: ServiceReading): string =>
    `${reading.name} ${reading.state}${reading.wanted ? ' wanted' : ''}`;
  const collect = async (): Promise<string[]> =>
    (await services.collect(never)).readings.flatMap((reading) =>
      reading.kind === 'service' ? short(reading) : [],
    );

  beforeEach(() => {
    bus = new Bus();
    bus.units.set('web', { active: 'active', file: 'enabled' });
    services = new SystemdServices(60_000, { now: () => 1 }, bus.open);
    told = [];
    again = 0;
    stop = services.watch(
      (readings) =>
        told.push(...readings.flatMap((reading) => (reading.kind === 'service' ? short(reading) : []))),
      () => {
        again += 1;
      },
    );
  });
  afterEach(() => stop());

  it('are subscribed to before they are listed, so that no change falls between', async () => {
    assert.deepEqual(await collect(), ['web.service running wanted']);
    const list = bus.calls.indexOf('ListUnitsByPatterns');
    assert.ok(
      bus.calls.indexOf('Subscribe') < bus.calls.indexOf('AddMatch') &&
        bus.calls.lastIndexOf('AddMatch') < list,
    );
  });

  it('are told as their signals come, each change once', async () => {
    await collect();
    bus.signal('web', 'failed');
    bus.signal('web', 'failed');
    bus.signal('web', 'active');
    assert.deepEqual(told, ['web.service failed wanted', 'web.service running wanted']);
  });

  it('are not told by anybody else on the bus', async () => {
    await collect();
    bus.signal('web', 'failed', ':1.99');
    bus.manager('UnitFilesChanged', [], ':1.99');
    await wait(250);
    assert.deepEqual([told, again], [[], 0]);
  });

  it('are asked about once, and again when unit files have changed', async () => {
    await collect();
    const asked = (): number => bus.calls.filter((member) => member === 'Get').length;
    const before = asked();
    await collect();
    assert.equal(asked(), before);
    bus.units.set('web', { active: 'inactive', file: 'disabled' });
    bus.manager('UnitFilesChanged');
    while (again === 0) await wait(5);
    assert.deepEqual(await collect(), ['web.service stopped']);
  });

  it('wait for a reload to end', async () => {
    await collect();
    bus.manager('Reloading', [true]);
    await wait(250);
    assert.equal(again, 0);
    bus.manager('Reloading', [false]);
    while (again === 0) await wait(5);
  });

  it('are looked for when a new one is heard of', async () => {
    await collect();
    bus.units.set('db', { active: 'active', file: 'enabled' });
    bus.signal('db', 'active');
    while (again === 0) await wait(5);
    assert.deepEqual(await collect(), ['web.service running wanted', 'db.service running wanted']);
  });

  it('that systemd no longer holds are not listed', async () => {
    await collect();
    bus.units.clear();
    assert.deepEqual(await collect(), []);
  });

  it('are read in full again after the bus has gone', async () => {
    await collect();
    bus.listener?.closed('gone');
    while (again === 0) await wait(5);
    bus.units.set('web', { active: 'failed', file: 'enabled' });
    assert.deepEqual(await collect(), ['web.service failed wanted']);
    assert.equal(bus.opened, 2);
  });

  it('are read in full again after systemd has executed itself anew', async () => {
    await collect();
    bus.manager('NameOwnerChanged', ['org.freedesktop.systemd1', ':1.0', ':1.7'], 'org.freedesktop.DBus');
    while (again === 0) await wait(5);
    await collect();
    assert.equal(bus.opened, 2);
  });

  it('are asked for again soon where there is no bus yet', async () => {
    bus.refuse = true;
    await assert.rejects(collect(), /no bus/);
    while (again === 0) await wait(5);
    bus.refuse = false;
    assert.deepEqual(await collect(), ['web.service running wanted']);
  });

  it('one of which cannot be asked about are told without it', async () => {
    bus.units.set('ghost', { active: 'active', file: 'vanished' });
    const { readings, unread } = await services.collect(never);
    assert.deepEqual(
      readings.map((reading) => reading.kind === 'service' && reading.name),
      ['web.service'],
    );
    assert.deepEqual(unread, [{ key: 'service:ghost.service', reason: 'ghost.service: UnknownObject' }]);
  });
});
