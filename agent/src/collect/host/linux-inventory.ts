import { readFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import type { Inventory } from './inventory.ts';

/** Reads os-release(5): `NAME="Debian GNU/Linux"`, with shell quoting of the simple kind. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
      if (match?.[1] === undefined || match[2] === undefined) return [];
      const value = /^(["'])(.*)\1$/.exec(match[2])?.[2] ?? match[2];
      return [[match[1], value.replace(/\\(["'\\$`])/g, '$1')] as const];
    }),
  );
}

/** What firmware writes where a maker filled nothing in. */
const placeholders =
  /^(to be filled by o\.e\.m\.|default string|system (manufacturer|product name|serial number)|none|not specified|0+)$/i;

/** A file's text, or none: a virtual machine or a board may not have it, and not everybody may read a serial number. */
async function text(file: string): Promise<string> {
  try {
    const value = (await readFile(file, 'utf8')).replaceAll('\0', '').trim();
    return placeholders.test(value) ? '' : value;
  } catch {
    return '';
  }
}

/** Reads what the kernel and the distribution say, without starting a program. `root` is where their files stand. */
export async function readLinuxInventory(root = '/'): Promise<Inventory> {
  const dmi = (name: string): Promise<string> => text(join(root, 'sys/class/dmi/id', name));
  const osRelease =
    (await text(join(root, 'etc/os-release'))) || (await text(join(root, 'usr/lib/os-release')));
  const distribution = parseOsRelease(osRelease);
  return {
    os: distribution.get('NAME') ?? 'Linux',
    osVersion: distribution.get('VERSION_ID') ?? distribution.get('BUILD_ID') ?? '',
    kernel: release(),
    manufacturer: await dmi('sys_vendor'),
    // Boards without such firmware name themselves in the device tree.
    model: (await dmi('product_name')) || (await text(join(root, 'proc/device-tree/model'))),
    serial: (await dmi('product_serial')) || (await text(join(root, 'proc/device-tree/serial-number'))),
    cpu: cpus()[0]?.model ?? '',
  };
}
