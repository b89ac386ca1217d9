import { existsSync } from 'node:fs';
import { cp, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  catalogueOf,
  durableFiles,
  onlineKeysOf,
  syncFolder,
  withPublishingLock,
} from '../catalogue/index.ts';
import { configurationPath } from '../configuration/index.ts';
import { copyDatabase } from '../store/index.ts';
import { databasePath, tlsDir } from './layout.ts';

export type BackupProblem = 'backup-exists' | 'backup-failed';

/** A backup that was not made; nothing is left of it. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupProblem;
  constructor(code: BackupProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A backup that was made. */
export interface Backup {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies an installation, also while its controller serves, to a folder that is a data folder itself: to restore it is to serve
 * it. It is on the disk, and whole, when its name is there.
 * @throws BackupError; CatalogueError where somebody publishes at this moment
 */
export async function backUp(dataDir: string, folder: string): Promise<Backup> {
  if (existsSync(folder))
    throw new BackupError('backup-exists', `${folder} is there already; name a folder that is not`);
  const unfinished = `${folder}.part`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    const catalogue = catalogueOf(dataDir);
    const copy = (from: string): Promise<void> =>
      cp(from, join(unfinished, basename(from)), {
        recursive: true,
        preserveTimestamps: true,
        filter: (file) => !file.startsWith(catalogue.lock),
      });
    // Keys come into force and files change with a publication only.
    await withPublishingLock(catalogue.lock, async () => {
      await copy(catalogue.root);
      await copy(onlineKeysOf(dataDir));
    });
    await copy(tlsDir(dataDir));
    await copyDatabase(databasePath(dataDir), databasePath(unfinished));
    // Without it, a folder is no installation.
    await copy(configurationPath(dataDir));
    const written = await flush(unfinished);
    await durableFiles.move(unfinished, folder);
    return { folder, ...written };
  } catch (cause) {
    // What went wrong first is what is told.
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') throw cause;
    if (!/^(?:E|SQLITE_)/.test(cause.code)) throw cause;
    throw new BackupError('backup-failed', `${dataDir} was not copied to ${folder}: ${cause.message}`, {
      cause,
    });
  }
}

/** Puts all that is in a folder on the disk. */
async function flush(folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) {
      await syncFolder(path);
      continue;
    }
    const handle = await open(path, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    files += 1;
    bytes += (await stat(path)).size;
  }
  await syncFolder(folder);
  return { files, bytes };
}
