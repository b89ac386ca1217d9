import { join } from 'node:path';
import { type Metadata, MetadataKind, type Root } from '@tufjs/models';
import { z } from 'zod';
import { CatalogueError } from './catalogue-error.ts';
import type { DurableFiles } from './durable-files.ts';
import type { CatalogueLayout } from './layout.ts';
import { metadataBytes, parseRoot, readIfThere } from './tuf-document.ts';

/**
 * A new root comes into force with a timestamp that it vouches for: two files, which no rename replaces together. What is
 * to be written stands in one file first, so that whoever comes after a crash between the two finishes it.
 */
const RootSwitch = z.strictObject({ root: z.string(), timestamp: z.string() });

/** From its return on, the new root is in force: by `finishSwitch` now, or by the next who publishes. */
export async function beginSwitch(
  layout: CatalogueLayout,
  files: DurableFiles,
  root: Metadata<Root>,
  timestamp: Uint8Array,
): Promise<void> {
  const texts = {
    root: metadataBytes(root).toString('utf8'),
    timestamp: Buffer.from(timestamp).toString('utf8'),
  };
  await files.write(layout.rootSwitch, JSON.stringify(texts));
}

/** Writes what a switch that was begun still lacks. The timestamp comes first: where it can be, it is good under both roots. */
export async function finishSwitch(layout: CatalogueLayout, files: DurableFiles): Promise<void> {
  const bytes = await readIfThere(layout.rootSwitch);
  if (bytes === null) return;
  const parsed = RootSwitch.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!parsed.success)
    throw new CatalogueError(
      'metadata-malformed',
      `${layout.rootSwitch} cannot be read; restore the catalogue from a backup`,
      { cause: parsed.error },
    );
  const { root, timestamp } = parsed.data;
  const { version } = parseRoot(layout.rootSwitch, Buffer.from(root)).signed;
  await files.write(join(layout.metadata, 'timestamp.json'), timestamp);
  await files.write(join(layout.metadata, `${version}.${MetadataKind.Root}.json`), root);
  await files.remove(layout.rootSwitch);
}
