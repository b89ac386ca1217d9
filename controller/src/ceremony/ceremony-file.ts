import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CarriedFiles } from '@millwright/shared/api';
import { hashOf, sha256 } from '@millwright/shared/trust';
import { Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { z } from 'zod';
import { carriedFiles, publishedPaths, withCarriedFiles } from '../catalogue/carried-files.ts';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { type DurableFiles, durableFiles } from '../catalogue/durable-files.ts';
import { type CatalogueLayout, catalogueOf } from '../catalogue/layout.ts';
import { nextOnlineKey, onlineKeyNames } from '../catalogue/online-keys.ts';
import { readPublished } from '../catalogue/published.ts';
import { stagedFile } from '../catalogue/staged.ts';
import { metadataBytes, parseRoot, parseTargets, readIfThere } from '../catalogue/tuf-document.ts';

/**
 * What travels between a controller and the people with the offline keys, so that no key comes near the controller: the
 * published catalogue, what is staged, and the public halves of keys that will replace the controller's own. Nothing in
 * it is secret, and nothing in it is believed without its signatures.
 */
const CeremonyFile = z.strictObject({
  schema: z.literal(1),
  files: CarriedFiles,
  nextKeys: z.partialRecord(z.enum(onlineKeyNames), z.base64()),
});
type CeremonyFile = z.infer<typeof CeremonyFile>;

/** Public keys that are to replace the controller's own. */
export type NextKeys = Readonly<Partial<Record<(typeof onlineKeyNames)[number], KeyObject>>>;

const unusable = (file: string, why: string, cause?: unknown): CatalogueError =>
  new CatalogueError(
    'ceremony-file-unusable',
    `${file} is not a ceremony file: ${why}; make one with millwright catalogue pack`,
    { cause },
  );

async function readCeremonyFile(file: string): Promise<CeremonyFile> {
  const bytes = await readIfThere(file);
  if (bytes === null) throw unusable(file, 'it is not there');
  try {
    return CeremonyFile.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw unusable(file, 'it cannot be read as one', cause);
  }
}

/** The names of what is staged, below the catalogue's folder. */
async function stagedPaths(layout: CatalogueLayout): Promise<string[]> {
  try {
    const entries = await readdir(layout.staged, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(layout.root.length + 1)
          .replaceAll(sep, '/'),
      );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Writes a ceremony file of a controller's data folder. @throws CatalogueError */
export async function packCeremony(
  dataDir: string,
  file: string,
  files: DurableFiles = durableFiles,
): Promise<void> {
  const layout = catalogueOf(dataDir);
  const paths = [...publishedPaths(await readPublished(layout)), ...(await stagedPaths(layout))];
  const nextKeys: CeremonyFile['nextKeys'] = {};
  for (const name of onlineKeyNames) {
    const key = await nextOnlineKey(dataDir, name);
    if (key !== null) nextKeys[name] = key.export({ type: 'spki', format: 'der' }).toString('base64');
  }
  const packed: CeremonyFile = { schema: 1, files: await carriedFiles(layout, paths), nextKeys };
  await files.write(file, `${JSON.stringify(packed, null, 1)}\n`);
}

/**
 * Runs a ceremony on a ceremony file in place of a data folder, and writes what was staged back into the file.
 * @throws CatalogueError
 */
export async function withCeremonyFile<T>(
  file: string,
  work: (dataDir: string, nextKeys: NextKeys) => Promise<T>,
): Promise<T> {
  const packed = await readCeremonyFile(file);
  const nextKeys = Object.fromEntries(
    Object.entries(packed.nextKeys).map(([name, spki]) => [
      name,
      createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' }),
    ]),
  );
  return withCarriedFiles(packed.files, async (dataDir) => {
    const layout = catalogueOf(dataDir);
    const result = await work(dataDir, nextKeys);
    const staged = await carriedFiles(layout, await stagedPaths(layout));
    const published = Object.entries(packed.files).filter(([path]) => !path.startsWith('staged/'));
    const changed = { ...packed, files: { ...Object.fromEntries(published), ...staged } };
    if (hashOf(changed) !== hashOf(packed))
      await durableFiles.write(file, `${JSON.stringify(changed, null, 1)}\n`);
    return result;
  });
}

/** Both signers' signatures, where both signed the same. */
function joined<T extends Root | Targets>(ours: Metadata<T>, theirs: Metadata<T>): Metadata<T> | undefined {
  return hashOf(ours.signed.toJSON()) === hashOf(theirs.signed.toJSON())
    ? new Metadata(theirs.signed, { ...ours.signatures, ...theirs.signatures })
    : undefined;
}

/**
 * Takes into a controller's data folder what was staged in a ceremony file. What the folder has staged itself gains the
 * file's signatures; where the two differ, `replace` decides for the file. Publishing checks all of it.
 * @returns the roles that were taken
 * @throws CatalogueError
 */
export async function takeCeremony(options: {
  readonly dataDir: string;
  readonly file: string;
  readonly replace: boolean;
  readonly files?: DurableFiles;
}): Promise<string[]> {
  const { dataDir, file, replace, files = durableFiles } = options;
  const layout = catalogueOf(dataDir);
  const packed = await readCeremonyFile(file);
  const { root, targets, roles } = await readPublished(layout);
  const publishedVersion = (role: string): number =>
    (role === MetadataKind.Root ? root : role === MetadataKind.Targets ? targets : roles.get(role))?.signed
      .version ?? 0;
  const write: [string, Uint8Array][] = [];
  const taken: string[] = [];
  for (const [path, text] of Object.entries(packed.files)) {
    const bytes = Buffer.from(text, 'base64');
    if (path.startsWith('staged/targets/')) {
      // Named by the hash of what it holds: whatever else it were, publishing would refuse.
      if (
        path
          .split('/')
          .at(-1)
          ?.startsWith(`${sha256(bytes)}.`) === true
      )
        write.push([join(layout.root, path), bytes]);
      continue;
    }
    const role = /^staged\/([a-z0-9-]+)\.json$/.exec(path)?.[1];
    if (role === undefined) continue;
    const parse: (what: string, bytes: Buffer) => Metadata<Root> | Metadata<Targets> =
      role === MetadataKind.Root ? parseRoot : parseTargets;
    const theirs = parse(`${file}: ${path}`, bytes);
    if (theirs.signed.version <= publishedVersion(role)) continue;
    const standing = await readIfThere(stagedFile(layout, role));
    const ours = standing === null ? null : parse(stagedFile(layout, role), standing);
    const metadata =
      ours === null || ours.signed.version <= publishedVersion(role)
        ? theirs
        : joined<Root | Targets>(ours, theirs);
    if (metadata === undefined && !replace)
      throw new CatalogueError(
        'staged-differs',
        `${file} and this catalogue have different next versions of ${role}; publish or sign what is here, or replace it with the file's`,
      );
    write.push([stagedFile(layout, role), metadataBytes(metadata ?? theirs)]);
    taken.push(role);
  }
  for (const [to, bytes] of write) await files.write(to, bytes);
  return taken;
}
