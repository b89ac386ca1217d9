import { join } from 'node:path';
import { sha256 } from '@millwright/shared/trust';
import {
  type Metadata,
  MetadataKind,
  type MetaFile,
  type Root,
  type Snapshot,
  type TargetFile,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { checkDelegations, checkRootKeys } from './key-rules.ts';
import { type CatalogueLayout, hashedPath } from './layout.ts';
import { parseRoot, parseSnapshot, parseTargets, parseTimestamp, readIfThere } from './tuf-document.ts';

/** The published catalogue, every signature checked from the root down. Expiry is the reader's to judge. */
export interface Published {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  /** Delegated roles by name. */
  readonly roles: ReadonlyMap<string, Metadata<Targets>>;
  readonly snapshot: Metadata<Snapshot>;
  readonly timestamp: Metadata<Timestamp>;
}

/**
 * Holds metadata against the role that must have signed it.
 * @throws CatalogueError `metadata-unsigned`
 */
export function requireSigned(
  delegator: Metadata<Root> | Metadata<Targets>,
  role: string,
  metadata: Metadata<Root | Targets | Snapshot | Timestamp>,
): void {
  try {
    delegator.verifyDelegate(role, metadata);
  } catch (cause) {
    throw new CatalogueError(
      'metadata-unsigned',
      `${role} version ${metadata.signed.version} lacks the signatures it needs: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

async function mustRead(layout: CatalogueLayout, name: string): Promise<Buffer> {
  const bytes = await readIfThere(join(layout.metadata, name));
  if (bytes === null)
    throw new CatalogueError(
      'metadata-missing',
      `${join(layout.metadata, name)} is missing; restore the catalogue from a backup`,
    );
  return bytes;
}

function requireMeta(role: string, meta: MetaFile | undefined, bytes: Buffer, version: number): void {
  const mixed = (why: string, cause?: unknown): CatalogueError =>
    new CatalogueError(
      'metadata-mixed',
      `${role} version ${version} is not the one that was published: ${why}; restore the catalogue from a backup`,
      { cause },
    );
  if (meta === undefined) throw mixed('the snapshot does not name it');
  if (meta.version !== version) throw mixed(`the snapshot names version ${meta.version}`);
  try {
    meta.verify(bytes);
  } catch (cause) {
    throw mixed(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * The newest root, each version signed by the one before and by itself (TUF specification 5.3). Starts at `pinned`, or at
 * the first root on disk where nothing is pinned.
 */
export async function readRoot(layout: CatalogueLayout, pinned?: Metadata<Root>): Promise<Metadata<Root>> {
  if ((await readIfThere(join(layout.metadata, '1.root.json'))) === null)
    throw new CatalogueError(
      'not-initialised',
      `${layout.root} holds no catalogue; run millwright init first`,
    );
  let root = pinned ?? parseRoot('1.root.json', await mustRead(layout, '1.root.json'));
  requireSigned(root, MetadataKind.Root, root);
  for (;;) {
    const name = `${root.signed.version + 1}.root.json`;
    const bytes = await readIfThere(join(layout.metadata, name));
    if (bytes === null) break;
    const next = parseRoot(name, bytes);
    requireSigned(root, MetadataKind.Root, next);
    requireSigned(next, MetadataKind.Root, next);
    if (next.signed.version !== root.signed.version + 1)
      throw new CatalogueError(
        'metadata-mixed',
        `${name} calls itself version ${next.signed.version}; restore the catalogue from a backup`,
      );
    root = next;
  }
  checkRootKeys(root.signed);
  return root;
}

/** @throws CatalogueError when anything on disk is missing, altered or not signed as it must be. */
export async function readPublished(layout: CatalogueLayout, pinned?: Metadata<Root>): Promise<Published> {
  const root = await readRoot(layout, pinned);
  const timestamp = parseTimestamp('timestamp.json', await mustRead(layout, 'timestamp.json'));
  requireSigned(root, MetadataKind.Timestamp, timestamp);

  const { snapshotMeta } = timestamp.signed;
  const snapshotName = `${snapshotMeta.version}.snapshot.json`;
  const snapshotBytes = await mustRead(layout, snapshotName);
  const snapshot = parseSnapshot(snapshotName, snapshotBytes);
  requireSigned(root, MetadataKind.Snapshot, snapshot);
  requireMeta('snapshot', snapshotMeta, snapshotBytes, snapshot.signed.version);

  const readRole = async (
    delegator: Metadata<Root> | Metadata<Targets>,
    role: string,
  ): Promise<Metadata<Targets>> => {
    const meta = snapshot.signed.meta[`${role}.json`];
    const name = `${meta?.version ?? 1}.${role}.json`;
    const bytes = await mustRead(layout, name);
    const metadata = parseTargets(name, bytes);
    requireSigned(delegator, role, metadata);
    requireMeta(role, meta, bytes, metadata.signed.version);
    return metadata;
  };
  const targets = await readRole(root, MetadataKind.Targets);
  checkDelegations(targets.signed);
  const roles = new Map<string, Metadata<Targets>>();
  for (const role of Object.keys(targets.signed.delegations?.roles ?? {}))
    roles.set(role, await readRole(targets, role));
  return { root, targets, roles, snapshot, timestamp };
}

/** The SHA-256 that metadata gives for a target. */
export function sha256Of(target: TargetFile): string {
  const hash = target.hashes.sha256;
  if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash))
    throw new CatalogueError('metadata-malformed', `target ${target.path} has no SHA-256; sign it again`);
  return hash;
}

/** A target's bytes from the first of `folders` that has them, held against its signed length and hash. */
export async function readTarget(target: TargetFile, ...folders: string[]): Promise<Buffer> {
  const hash = sha256Of(target);
  for (const folder of folders) {
    const file = join(folder, hashedPath(target.path, hash));
    const bytes = await readIfThere(file);
    if (bytes === null) continue;
    if (bytes.length !== target.length || sha256(bytes) !== hash)
      throw new CatalogueError(
        'target-altered',
        `${file} is not what was signed; restore it from a backup, or sign the runbook again`,
      );
    return bytes;
  }
  throw new CatalogueError(
    'target-missing',
    `the signed file ${hashedPath(target.path, hash)} is missing; restore it from a backup, or sign the runbook again`,
  );
}
