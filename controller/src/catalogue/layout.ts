import { join, posix } from 'node:path';

/**
 * The catalogue inside the data folder. `metadata` and `targets` are what agents may read, file by file; `staged` holds
 * roles that were signed and not yet published.
 */
export interface CatalogueLayout {
  readonly root: string;
  readonly metadata: string;
  readonly targets: string;
  readonly staged: string;
  readonly stagedTargets: string;
  /** A new root that is in force and not yet in its place, after a crash. */
  readonly rootSwitch: string;
  /** Lifetimes of the two online roles, and the lock of whoever publishes. */
  readonly lifetimes: string;
  readonly lock: string;
}

export function catalogueLayout(root: string): CatalogueLayout {
  return {
    root,
    metadata: join(root, 'metadata'),
    targets: join(root, 'targets'),
    staged: join(root, 'staged'),
    stagedTargets: join(root, 'staged', 'targets'),
    rootSwitch: join(root, 'root-switch.json'),
    lifetimes: join(root, 'lifetimes.json'),
    lock: join(root, 'publish.lock'),
  };
}

/** Where a controller's data folder holds its catalogue. */
export function catalogueOf(dataDir: string): CatalogueLayout {
  return catalogueLayout(join(dataDir, 'catalogue'));
}

/** Where a controller's data folder holds its online keys. */
export function onlineKeysOf(dataDir: string): string {
  return join(dataDir, 'keys');
}

/** A target's file under consistent snapshots: its hash stands before its base name (TUF specification 6.2). */
export function hashedPath(targetPath: string, sha256: string): string {
  const { dir, base } = posix.parse(targetPath);
  return posix.join(dir, `${sha256}.${base}`);
}
