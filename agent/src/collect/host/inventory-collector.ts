import { totalmem } from 'node:os';
import type { Clock } from '@millwright/shared/clock';
import { allOf, type Collector } from '../collector.ts';
import type { Inventory } from './inventory.ts';
import { readLinuxInventory } from './linux-inventory.ts';

const short = (text: string): string => text.trim().slice(0, 128);

/** What the host is: read rarely, since it rarely changes. */
export function inventoryCollector(
  intervalMs: number,
  clock: Clock,
  read: () => Promise<Inventory> = process.platform === 'linux' ? () => readLinuxInventory() : readElsewhere,
): Collector {
  return {
    name: 'inventory',
    intervalMs,
    timeoutMs: 60_000,
    owns: (key) => key === 'inventory:inventory',
    async collect() {
      const { os, osVersion, kernel, manufacturer, model, serial, cpu } = await read();
      return allOf([
        {
          kind: 'inventory',
          at: clock.now(),
          os: short(os),
          osVersion: short(osVersion),
          kernel: short(kernel),
          manufacturer: short(manufacturer),
          model: short(model),
          serial: short(serial),
          cpu: short(cpu),
          memoryTotalBytes: totalmem(),
        },
      ]);
    },
  };
}

/** `systeminformation` is big and starts programs: loaded when it is needed, and only where nothing cheaper answers. */
async function readElsewhere(): Promise<Inventory> {
  const { cpu, osInfo, system } = await import('systeminformation');
  const [processor, os, machine] = [await cpu(), await osInfo(), await system()];
  return {
    os: os.distro,
    osVersion: os.release,
    kernel: os.kernel,
    manufacturer: machine.manufacturer,
    model: machine.model,
    serial: machine.serial,
    cpu: `${processor.manufacturer} ${processor.brand}`,
  };
}
