import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { CatalogueError } from './catalogue-error.ts';

const held = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function take(file: string): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    await handle.writeFile(String(process.pid));
  } catch (error) {
    // A full disk: a lock that names nobody is of no use.
    await rm(file, { force: true });
    throw error;
  } finally {
    // One left to the garbage collector ends the process.
    await handle.close();
  }
  return true;
}

/**
 * Runs `work` while no other process publishes: two timestamps of one version would each hide the other's roles. A lock
 * whose process has ended is taken over.
 * @throws CatalogueError `publishing-elsewhere`
 */
export async function withPublishingLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const busy = (by: string): CatalogueError =>
    new CatalogueError(
      'publishing-elsewhere',
      `${by} is publishing this catalogue (${file}); try again in a moment`,
    );
  if (held.has(file)) throw busy('this process');
  held.add(file);
  try {
    if (!(await take(file))) {
      const owner = Number(await readFile(file, 'utf8'));
      if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isAlive(owner))
        throw busy(`process ${owner}`);
      await rm(file, { force: true });
      if (!(await take(file))) throw busy('another process');
    }
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    held.delete(file);
  }
}
