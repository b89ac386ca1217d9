import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostError } from './host-error.ts';
import { hostCache } from './root-filesystem.ts';

/** A number that one host on this machine holds, and what follows from it. */
export interface Lease {
  readonly number: number;
  readonly machine: string;
  /** This machine's side of the host's link. */
  readonly outside: string;
  /** The host's own address. */
  readonly inside: string;
  release(): void;
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    // Released between the look and the read.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes the lowest free number; a number whose holder is dead is free. Addresses come from 198.18.0.0/15, which is set
 * aside for tests (RFC 2544) and so never a real neighbour's.
 * @throws HostError `addresses-exhausted`
 */
export function takeLease(): Lease {
  const folder = join(hostCache(), 'leases');
  mkdirSync(folder, { recursive: true });
  for (let number = 1; number < 250; number++) {
    const file = join(folder, String(number));
    const holder = holderOf(file);
    if (holder !== undefined && isAlive(holder)) continue;
    if (holder !== undefined) rmSync(file, { force: true });
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
    } catch {
      continue;
    }
    return {
      number,
      machine: `mw${number}`,
      outside: `198.18.${number}.1`,
      inside: `198.18.${number}.2`,
      release: () => rmSync(file, { force: true }),
    };
  }
  throw new HostError('addresses-exhausted', `every lease in ${folder} is held: end other test runs`);
}
