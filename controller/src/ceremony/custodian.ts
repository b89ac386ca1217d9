import { createPrivateKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sha256, type TufKey } from '@millwright/shared/trust';
import { z } from 'zod';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { type DurableFiles, durableFiles } from '../catalogue/durable-files.ts';
import { Ed25519TufKey } from '../catalogue/key-rules.ts';
import { catalogueOf } from '../catalogue/layout.ts';
import { newKeyPem } from '../catalogue/private-key.ts';
import { readRoot } from '../catalogue/published.ts';
import { metadataBytes, readIfThere, tufKeyOf } from '../catalogue/tuf-document.ts';
import { type KeyGroup, keyGroups, offlineFiles } from './offline-folder.ts';

/** What a custodian gives to whoever lets them in: a name, and a public key for each group. */
export const CustodianKeys = z.strictObject({
  schema: z.literal(1),
  name: z.string().min(1).max(64),
  keys: z.strictObject({
    root: Ed25519TufKey,
    targets: Ed25519TufKey,
    runbooks: Ed25519TufKey,
    trust: Ed25519TufKey,
    agent: Ed25519TufKey,
  }),
});
export type CustodianKeys = z.infer<typeof CustodianKeys>;

const README = (name: string): string => `${name}'s offline keys for a Millwright catalogue.

Nobody else may have this folder, and it never stays beside the controller. Keep a copy elsewhere.

  root.json        the catalogue's root as this folder knows it
  lifetimes.json   how long what is signed here is valid
  keys/            private keys: ${keyGroups.join(', ')}
  public.json      their public halves, for whoever lets ${name} in
  signed/          what was signed with this folder
`;

/**
 * Makes an offline folder for one more custodian, with keys that no catalogue knows yet. The catalogue's root is taken as
 * it stands: compare its fingerprint with another custodian's.
 * @returns the public keys, and the SHA-256 of the first root
 * @throws CatalogueError
 */
export async function makeCustodianFolder(options: {
  readonly dataDir: string;
  readonly offlineDir: string;
  readonly name: string;
  readonly files?: DurableFiles;
}): Promise<{ readonly keys: CustodianKeys; readonly file: string; readonly rootFingerprint: string }> {
  const { name, files = durableFiles } = options;
  const offlineDir = resolve(options.offlineDir);
  const unfinished = `${offlineDir}.unfinished`;
  for (const folder of [offlineDir, unfinished])
    if (existsSync(folder))
      throw new CatalogueError(
        'offline-folder-exists',
        `${folder} exists already; name a folder that does not, so that no keys are overwritten`,
      );
  const layout = catalogueOf(options.dataDir);
  const root = await readRoot(layout);
  const first = await readIfThere(join(layout.metadata, '1.root.json'));
  const lifetimes = await readIfThere(layout.lifetimes);
  if (first === null || lifetimes === null)
    throw new CatalogueError(
      'not-initialised',
      `${layout.root} holds no whole catalogue; restore it from a backup`,
    );

  const made = offlineFiles(unfinished);
  await mkdir(made.keys, { recursive: true, mode: 0o700 });
  const keyOf = async (group: KeyGroup): Promise<TufKey> => {
    const pem = newKeyPem();
    await files.write(join(made.keys, `${group}-1.pem`), pem, 0o600);
    return tufKeyOf(createPrivateKey(pem));
  };
  const keys = CustodianKeys.parse({
    schema: 1,
    name,
    keys: {
      root: await keyOf('root'),
      targets: await keyOf('targets'),
      runbooks: await keyOf('runbooks'),
      trust: await keyOf('trust'),
      agent: await keyOf('agent'),
    },
  });
  await files.write(made.root, metadataBytes(root));
  await files.write(made.lifetimes, lifetimes);
  await files.write(made.readme, README(name));
  await files.write(made.publicKeys, `${JSON.stringify(keys, null, 2)}\n`);
  await files.move(unfinished, offlineDir);
  return { keys, file: offlineFiles(offlineDir).publicKeys, rootFingerprint: sha256(first) };
}
