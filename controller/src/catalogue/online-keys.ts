import { createPublicKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { keyIdOf, type TrustDocument, tufKeyIdOf } from '@millwright/shared/trust';
import type { Metadata, Root } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import type { DurableFiles } from './durable-files.ts';
import { onlineKeysOf } from './layout.ts';
import { newKeyPem, readPrivateKey } from './private-key.ts';
import { readIfThere, tufKeyOf } from './tuf-document.ts';

/** The keys that a controller holds. */
export const onlineKeyNames = ['snapshot', 'timestamp', 'warrant'] as const;
export type OnlineKey = (typeof onlineKeyNames)[number];

const fileOf = (dataDir: string, name: OnlineKey): string => join(onlineKeysOf(dataDir), `${name}.pem`);
/** Where a key waits that will replace the present one, once the offline keys have signed that. */
const nextFileOf = (dataDir: string, name: OnlineKey): string =>
  join(onlineKeysOf(dataDir), `${name}.next.pem`);

async function readIfMade(file: string): Promise<KeyObject | null> {
  return (await readIfThere(file)) === null ? null : readPrivateKey(file);
}

/** @throws CatalogueError when the key is missing, readable by others or broken. */
export function readOnlineKey(dataDir: string, name: OnlineKey): Promise<KeyObject> {
  return readPrivateKey(fileOf(dataDir, name));
}

/** The public half of the key that waits to replace the present one, or null. */
export async function nextOnlineKey(dataDir: string, name: OnlineKey): Promise<KeyObject | null> {
  const key = await readIfMade(nextFileOf(dataDir, name));
  return key === null ? null : createPublicKey(key);
}

/** Makes the key that will replace the present one, where it is not made yet. Returns its public half. */
export async function makeNextOnlineKey(
  dataDir: string,
  name: OnlineKey,
  files: DurableFiles,
): Promise<KeyObject> {
  const made = await nextOnlineKey(dataDir, name);
  if (made !== null) return made;
  const pem = newKeyPem();
  await files.write(nextFileOf(dataDir, name), pem, 0o600);
  return createPublicKey(pem);
}

/**
 * The keys with which this controller signs a role: those that `root` names, and those of the root before it where that
 * is given, so that what is signed is good under both.
 * @throws CatalogueError `key-missing` where none is one that `root` names
 */
export async function onlineSigners(
  dataDir: string,
  name: 'snapshot' | 'timestamp',
  root: Metadata<Root>,
  before?: Metadata<Root>,
): Promise<KeyObject[]> {
  const named = (by: Metadata<Root> | undefined, key: KeyObject): boolean =>
    by?.signed.roles[name]?.keyIDs.includes(tufKeyIdOf(tufKeyOf(key))) === true;
  const [present, next] = [
    await readIfMade(fileOf(dataDir, name)),
    await readIfMade(nextFileOf(dataDir, name)),
  ];
  const keys = [present, next].filter((key) => key !== null);
  if (!keys.some((key) => named(root, key)))
    throw new CatalogueError(
      'key-missing',
      `${fileOf(dataDir, name)} is not there, or is not the key that root version ${root.signed.version} names; restore it from a backup, or replace it: millwright catalogue keys replace ${name}`,
    );
  return keys.filter((key) => named(root, key) || named(before, key));
}

/** Puts keys in force whose replacement is published; the keys before them are gone then. May be repeated. */
export async function adoptNextKeys(
  dataDir: string,
  files: DurableFiles,
  root: Metadata<Root>,
  trust: TrustDocument,
): Promise<void> {
  for (const name of onlineKeyNames) {
    const next = await nextOnlineKey(dataDir, name);
    if (next === null) continue;
    const inForce =
      name === 'warrant'
        ? trust.warrantKeys.some(({ keyid }) => keyid === keyIdOf(next))
        : root.signed.roles[name]?.keyIDs.includes(tufKeyIdOf(tufKeyOf(next)));
    if (inForce) await files.move(nextFileOf(dataDir, name), fileOf(dataDir, name));
  }
}
