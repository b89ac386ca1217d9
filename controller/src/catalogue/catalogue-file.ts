import { join } from 'node:path';
import { catalogueOf } from './layout.ts';
import { readIfThere } from './tuf-document.ts';

/** What an agent may ask for: published metadata and targets, in a literal alphabet. */
const ALLOWED = /^(?:metadata\/[a-z0-9._-]+\.json|targets(?:\/[a-z0-9][a-z0-9._-]*)+)$/;

/** As long as the protocol lets a path be. */
const MAX_PATH = 300;

/** Answers an agent's fetch: a published file's bytes, or null. Nothing outside the two published folders can be named. */
export async function readCatalogueFile(dataDir: string, path: string): Promise<Buffer | null> {
  if (path.length > MAX_PATH || !ALLOWED.test(path) || path.includes('..') || path.endsWith('.part'))
    return null;
  return readIfThere(join(catalogueOf(dataDir).root, path));
}
