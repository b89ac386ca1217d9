import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Reading } from '@millwright/shared/readings';
import { hostCollector, parseMemAvailable } from '../../../src/collect/host/host-collector.ts';
import { inventoryCollector } from '../../../src/collect/host/inventory-collector.ts';
import { parseOsRelease, readLinuxInventory } from '../../../src/collect/host/linux-inventory.ts';

const clock = { now: () => 4 };
const never = new AbortController().signal;

describe('host', () => {
  it('tells memory that programs could still get', () => {
    assert.equal(parseMemAvailable('MemTotal: 100 kB\nMemFree:  1 kB\nMemAvailable:   42 kB\n'), 43_008);
    assert.equal(parseMemAvailable('MemTotal: 100 kB\n'), undefined);
  });

  it('is read from this machine', async () => {
    const [reading] = (await hostCollector(1000, clock).collect(never)).readings;
    const parsed = Reading.parse(reading);
    assert.ok(parsed.kind === 'host' && parsed.uptimeSeconds > 0 && parsed.memoryTotalBytes === totalmem());
    assert.ok(parsed.memoryAvailableBytes > 0 && parsed.memoryAvailableBytes <= parsed.memoryTotalBytes);
  });
});

describe('inventory', () => {
  it('reads os-release with its quotes', () => {
    const read = parseOsRelease(
      '# comment\nNAME="A \\"B\\" Linux"\nVERSION_ID=12\nPRETTY_NAME=\'x y\'\nbroken\n',
    );
    assert.deepEqual(
      [...read],
      [
        ['NAME', 'A "B" Linux'],
        ['VERSION_ID', '12'],
        ['PRETTY_NAME', 'x y'],
      ],
    );
  });

  it('of Linux is read from files, and leaves out what a maker did not fill in', async () => {
    const root = mkdtempSync(join(tmpdir(), 'millwright-inventory-'));
    const put = (path: string, content: string): void => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), content);
    };
    put('usr/lib/os-release', 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n');
    put('sys/class/dmi/id/sys_vendor', 'Acme Inc.\n');
    put('sys/class/dmi/id/product_serial', 'To be filled by O.E.M.\n');
    put('proc/device-tree/model', 'Acme Board 4\0');
    const inventory = await readLinuxInventory(root);
    rmSync(root, { recursive: true });
    assert.deepEqual(inventory, {
      os: 'Debian GNU/Linux',
      osVersion: '12',
      kernel: release(),
      manufacturer: 'Acme Inc.',
      model: 'Acme Board 4',
      serial: '',
      cpu: cpus()[0]?.model ?? '',
    });
  });

  it('is a reading on this machine', async () => {
    const [reading] = (await inventoryCollector(1000, clock).collect(never)).readings;
    const parsed = Reading.parse(reading);
    assert.ok(parsed.kind === 'inventory' && parsed.os.length > 0);
  });
});
