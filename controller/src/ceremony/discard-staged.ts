import { MetadataKind } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { type DurableFiles, durableFiles } from '../catalogue/durable-files.ts';
import { catalogueOf } from '../catalogue/layout.ts';
import { readPublished } from '../catalogue/published.ts';
import { stagedFile } from '../catalogue/staged.ts';
import { readIfThere } from '../catalogue/tuf-document.ts';

/**
 * Gives up what is staged and was never published: a change of the keys keeps the roles below it waiting until it is out
 * or given up. A custodian who signed it signs the next one with `replace`.
 * @returns the roles whose staged version is gone
 * @throws CatalogueError
 */
export async function discardStaged(dataDir: string, files: DurableFiles = durableFiles): Promise<string[]> {
  const layout = catalogueOf(dataDir);
  const { roles, targets } = await readPublished(layout);
  const delegated = [...roles.keys(), ...Object.keys(targets.signed.delegations?.roles ?? {})];
  const discarded: string[] = [];
  for (const role of new Set([MetadataKind.Root as string, MetadataKind.Targets, ...delegated])) {
    if ((await readIfThere(stagedFile(layout, role))) === null) continue;
    await files.remove(stagedFile(layout, role));
    discarded.push(role);
  }
  if (discarded.length === 0)
    throw new CatalogueError('nothing-pending', 'nothing is staged in this catalogue');
  return discarded;
}
