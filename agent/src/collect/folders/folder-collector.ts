import type { Dirent, Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import type { DeclaredFolder } from '../../config/index.ts';
import { CollectError } from '../collect-error.ts';
import { allOf, type Collector } from '../collector.ts';

/** A folder with more entries than this is reported as failing rather than walked for ever. */
const mostEntries = 200_000;
/** How many files are asked for their size at once: few, since they share the process's small pool of threads. */
const atOnce = 2;

/** Size and count of all files below a folder: recursive, on one filesystem, links counted as themselves and not followed. */
export async function measureFolder(
  path: string,
  signal: AbortSignal,
  limit: number = mostEntries,
): Promise<{ bytes: number; files: number }> {
  const root = await lstat(path);
  if (!root.isDirectory())
    throw new CollectError(
      'folder-unreadable',
      `${path} is not a folder; declare the folder itself, not a link to it`,
    );
  let bytes = 0;
  let files = 0;
  let entries = 0;
  const open: string[] = [path];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const pending: string[] = [];
    for await (const entry of entriesOf(folder)) {
      signal.throwIfAborted();
      entries += 1;
      if (entries > limit)
        throw new CollectError(
          'folder-unreadable',
          `${path} has more than ${limit} entries; declare a smaller folder`,
        );
      pending.push(join(folder, entry.name));
      if (pending.length >= atOnce) await measure(pending.splice(0));
    }
    await measure(pending);
  }
  return { bytes, files };

  async function measure(paths: readonly string[]): Promise<void> {
    for (const [index, stat] of (await Promise.all(paths.map(lstatIfThere))).entries()) {
      if (stat === undefined || stat.dev !== root.dev) continue;
      if (stat.isDirectory()) open.push(paths[index] ?? '');
      else if (stat.isFile()) {
        bytes += stat.size;
        files += 1;
      }
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A file that goes while the folder is walked is not an error. */
async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** One declared folder. Each is a collector of its own, so that one on a dead disk keeps none of the others waiting. */
export function folderCollector(declared: DeclaredFolder, clock: Clock): Collector {
  const key = `folder:${declared.path}`;
  return {
    name: key,
    intervalMs: declared.intervalMs,
    timeoutMs: 60_000,
    owns: (other) => other === key,
    async collect(signal) {
      let size: { bytes: number; files: number };
      try {
        size = await measureFolder(declared.path, signal);
      } catch (error) {
        // A folder that is not there (yet) takes no room.
        if (!isGone(error)) throw error;
        size = { bytes: 0, files: 0 };
      }
      return allOf([
        { kind: 'folder', at: clock.now(), path: declared.path, ...size, limitBytes: declared.limitBytes },
      ]);
    },
  };
}
