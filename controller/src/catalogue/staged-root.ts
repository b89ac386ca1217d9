import { type Metadata, MetadataKind, type Root } from '@tufjs/models';
import { checkRootKeys } from './key-rules.ts';
import type { CatalogueLayout } from './layout.ts';
import { countSignatures, type SignatureCount, stagedFile } from './staged.ts';
import { parseRoot, readIfThere } from './tuf-document.ts';

/** The next root. It takes the signatures of those who hold the root now, and of those who will. */
export interface StagedRoot extends SignatureCount {
  readonly metadata: Metadata<Root>;
  readonly complete: boolean;
}

/** How far a next root is signed: the count that is not met yet, where one is not (TUF specification 5.3.4). */
export function countRootSignatures(root: Metadata<Root>, next: Metadata<Root>): SignatureCount {
  const outgoing = countSignatures(root, MetadataKind.Root, next);
  const incoming = countSignatures(next, MetadataKind.Root, next);
  return outgoing.have < outgoing.need ? outgoing : incoming;
}

/** The staged root that follows `root`, or null. */
export async function readStagedRoot(
  layout: CatalogueLayout,
  root: Metadata<Root>,
): Promise<StagedRoot | null> {
  const file = stagedFile(layout, MetadataKind.Root);
  const bytes = await readIfThere(file);
  if (bytes === null) return null;
  const metadata = parseRoot(file, bytes);
  if (metadata.signed.version !== root.signed.version + 1) return null;
  checkRootKeys(metadata.signed);
  const { have, need } = countRootSignatures(root, metadata);
  return { metadata, have, need, complete: have >= need };
}
