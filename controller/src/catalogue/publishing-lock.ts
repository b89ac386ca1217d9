import { takeLock } from '../locking/index.ts';
import { CatalogueError } from './catalogue-error.ts';

/**
 * Runs `work` while nobody else publishes: two timestamps of one version would each hide the other's roles. A publisher
 * that was killed holds nothing.
 * @throws CatalogueError `publishing-elsewhere`
 */
export async function withPublishingLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const release = takeLock(file);
  if (release === undefined)
    throw new CatalogueError(
      'publishing-elsewhere',
      `somebody else is publishing this catalogue (${file} is held); try again in a moment`,
    );
  try {
    return await work();
  } finally {
    release();
  }
}
