import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CarriedFiles } from '@millwright/shared/api';
import { TRUST_TARGET } from '@millwright/shared/trust';
import { MetadataKind, type TargetFile } from '@tufjs/models';
import { durableFiles } from './durable-files.ts';
import { type CatalogueLayout, catalogueOf, hashedPath } from './layout.ts';
import { type Published, readPublished, sha256Of } from './published.ts';
import { readIfThere } from './tuf-document.ts';

const targetFile = (target: TargetFile): string => `targets/${hashedPath(target.path, sha256Of(target))}`;

/** The metadata that vouches for what is published: every root, and what the newest one leads to. */
function metadataPaths({ root, targets, roles, snapshot }: Published): string[] {
  const named = new Map([[MetadataKind.Targets as string, targets], ...roles]);
  return [
    'metadata/timestamp.json',
    `metadata/${snapshot.signed.version}.snapshot.json`,
    ...Array.from({ length: root.signed.version }, (_, index) => `metadata/${index + 1}.root.json`),
    ...[...named].map(([role, { signed }]) => `metadata/${signed.version}.${role}.json`),
  ];
}

const targetsIn = ({ roles }: Published): TargetFile[] =>
  [...roles.values()].flatMap(({ signed }) => Object.values(signed.targets));

/** The names of all that is published, below the catalogue's folder. */
export function publishedPaths(published: Published): string[] {
  return ['lifetimes.json', ...metadataPaths(published), ...targetsIn(published).map(targetFile)];
}

/** Reads files below the catalogue's folder; what is not there is left out. */
export async function carriedFiles(layout: CatalogueLayout, paths: readonly string[]): Promise<CarriedFiles> {
  const files: CarriedFiles = {};
  for (const path of paths) {
    const bytes = await readIfThere(join(layout.root, path));
    if (bytes !== null) files[path] = bytes.toString('base64');
  }
  return files;
}

/** What shows whose signatures vouch for which runbook and which technician: all metadata, and the trust document. */
export async function carriedProof(dataDir: string): Promise<CarriedFiles> {
  const layout = catalogueOf(dataDir);
  const published = await readPublished(layout);
  const trust = targetsIn(published).filter(({ path }) => path === TRUST_TARGET);
  return carriedFiles(layout, [...metadataPaths(published), ...trust.map(targetFile)]);
}

/** Puts carried files into a temporary data folder, and removes that once the work is done. */
export async function withCarriedFiles<T>(
  files: CarriedFiles,
  work: (dataDir: string) => Promise<T>,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millwright-ceremony-'));
  const { root } = catalogueOf(dataDir);
  try {
    for (const [path, text] of Object.entries(CarriedFiles.parse(files)))
      await durableFiles.write(join(root, path), Buffer.from(text, 'base64'));
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
