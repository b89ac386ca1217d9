import type { KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tufKeyIdOf } from '@millwright/shared/trust';
import type { Metadata, Root } from '@tufjs/models';
import { z } from 'zod';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { Lifetimes } from '../catalogue/lifetimes.ts';
import { readPrivateKey } from '../catalogue/private-key.ts';
import { parseRoot, readIfThere, tufKeyOf } from '../catalogue/tuf-document.ts';

/**
 * The folder that never stays beside a controller:
 *
 *     README.txt        what this is
 *     root.json         the catalogue's root, as this folder's holder knows it
 *     lifetimes.json    how long what is signed here is valid
 *     keys/*.pem        private keys, one a file, named <group>-<number>
 *     public.json       in a custodian's own folder: the public halves, for whoever lets the custodian in
 *     signed/*.json     what was signed with this folder, a file a role: a controller cannot show it an older state
 */
export const offlineFiles = (offlineDir: string) => ({
  readme: join(offlineDir, 'README.txt'),
  root: join(offlineDir, 'root.json'),
  lifetimes: join(offlineDir, 'lifetimes.json'),
  keys: join(offlineDir, 'keys'),
  signed: join(offlineDir, 'signed'),
  publicKeys: join(offlineDir, 'public.json'),
});

export const keyGroups = ['root', 'targets', 'runbooks', 'trust', 'agent'] as const;
export type KeyGroup = (typeof keyGroups)[number];

/** What was last signed with this folder for a role. Time in milliseconds since the epoch. */
export const SignedRecord = z.strictObject({
  role: z.string(),
  version: z.number().int().min(1),
  by: z.string(),
  at: z.number().int(),
  targets: z.record(z.string(), z.string()),
});
export type SignedRecord = z.infer<typeof SignedRecord>;

/** An offline folder, opened: its keys by TUF key id. */
export interface OfflineFolder {
  readonly dir: string;
  readonly root: Metadata<Root>;
  readonly lifetimes: Lifetimes;
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** The file of each key, by the same id. */
  readonly keyFiles: ReadonlyMap<string, string>;
}

function unusable(dir: string, why: string, cause?: unknown): CatalogueError {
  return new CatalogueError(
    'offline-folder-unusable',
    `${dir} is not an offline folder: ${why}; name the folder that millwright init made`,
    { cause },
  );
}

/** @throws CatalogueError when this is not an offline folder, or a key in it is exposed or broken. */
export async function openOfflineFolder(dir: string): Promise<OfflineFolder> {
  const files = offlineFiles(dir);
  const [root, lifetimes] = await Promise.all([readIfThere(files.root), readIfThere(files.lifetimes)]);
  if (root === null) throw unusable(dir, 'it has no root.json');
  if (lifetimes === null) throw unusable(dir, 'it has no lifetimes.json');
  let parsed: Lifetimes;
  try {
    parsed = Lifetimes.parse(JSON.parse(lifetimes.toString('utf8')));
  } catch (cause) {
    throw unusable(dir, 'its lifetimes.json is malformed', cause);
  }
  let names: string[];
  try {
    names = (await readdir(files.keys)).filter((name) => name.endsWith('.pem')).sort();
  } catch (cause) {
    throw unusable(dir, 'it has no keys folder', cause);
  }
  const keys = new Map<string, KeyObject>();
  const keyFiles = new Map<string, string>();
  for (const name of names) {
    const key = await readPrivateKey(join(files.keys, name));
    const id = tufKeyIdOf(tufKeyOf(key));
    if (keys.has(id))
      throw new CatalogueError(
        'key-twice',
        `${join(files.keys, name)} holds a key that another file there holds too; remove one of them`,
      );
    keys.set(id, key);
    keyFiles.set(id, name);
  }
  return { dir, root: parseRoot('root.json', root), lifetimes: parsed, keys, keyFiles };
}

/** What this folder last signed for a role, or null. */
export async function readSignedRecord(dir: string, role: string): Promise<SignedRecord | null> {
  const file = join(offlineFiles(dir).signed, `${role}.json`);
  const bytes = await readIfThere(file);
  if (bytes === null) return null;
  try {
    return SignedRecord.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw unusable(dir, `${file} is malformed`, cause);
  }
}
