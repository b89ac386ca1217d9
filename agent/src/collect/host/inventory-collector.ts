import { totalmem } from 'node:os';
import type { Clock } from '@millwright/shared/clock';
import { allOf, type Collector } from '../collector.ts';

const short = (text: string): string => text.trim().slice(0, 128);

/** What the host is. `systeminformation` is big and starts programs: loaded when first needed, and asked rarely. */
export function inventoryCollector(intervalMs: number, clock: Clock): Collector {
  return {
    name: 'inventory',
    intervalMs,
    timeoutMs: 60_000,
    owns: (key) => key === 'inventory:inventory',
    async collect() {
      const { cpu, osInfo, system } = await import('systeminformation');
      const [processor, os, machine] = [await cpu(), await osInfo(), await system()];
      return allOf([
        {
          kind: 'inventory',
          at: clock.now(),
          os: short(os.distro === '' || os.distro === 'unknown' ? os.platform : os.distro),
          osVersion: short(os.release),
          kernel: short(os.kernel),
          manufacturer: short(machine.manufacturer),
          model: short(machine.model),
          serial: short(machine.serial),
          cpu: short(`${processor.manufacturer} ${processor.brand}`),
          memoryTotalBytes: totalmem(),
        },
      ]);
    },
  };
}
