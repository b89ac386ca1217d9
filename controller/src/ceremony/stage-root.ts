import { hashOf } from '@millwright/shared/trust';
import { Metadata, MetadataKind, Root } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { checkRootKeys } from '../catalogue/key-rules.ts';
import { stagedFile } from '../catalogue/staged.ts';
import { countRootSignatures, readStagedRoot } from '../catalogue/staged-root.ts';
import { expiryAt, metadataBytes, SPEC_VERSION, signMetadata } from '../catalogue/tuf-document.ts';
import {
  type Ceremony,
  isPlausible,
  recordSigned,
  requireKeys,
  requireNotOlder,
  type StagedRole,
} from './stage-role.ts';

/** What a root says, but for its version and its expiry. */
export type RootContent = Pick<Root, 'keys' | 'roles' | 'unrecognizedFields'>;

/** A root with this content. `expires` as TUF writes it. */
export function rootWith(
  { keys, roles, unrecognizedFields }: RootContent,
  version: number,
  expires: string,
): Root {
  return new Root({
    version,
    specVersion: SPEC_VERSION,
    expires,
    consistentSnapshot: true,
    keys,
    roles,
    unrecognizedFields,
  });
}

/**
 * Signs the root that follows `root` with the keys at hand, those that hold it now and those that will. One that others
 * have begun is joined when it says exactly the same.
 * @throws CatalogueError
 */
export async function stageRoot(
  ceremony: Ceremony,
  root: Metadata<Root>,
  content: RootContent,
): Promise<StagedRole> {
  const { layout, offline, files, clock, by, replace } = ceremony;
  const version = root.signed.version + 1;
  const staged = await readStagedRoot(layout, root);
  await requireNotOlder(ceremony, MetadataKind.Root, staged === null ? version - 1 : version);

  const now = clock.now();
  const lifetime = offline.lifetimes.root;
  let metadata = new Metadata(rootWith(content, version, expiryAt(now + lifetime)));
  if (staged !== null) {
    const { expires } = staged.metadata.signed;
    const same = rootWith(content, version, expires);
    if (
      isPlausible(expires, now, lifetime) &&
      hashOf(same.toJSON()) === hashOf(staged.metadata.signed.toJSON())
    )
      metadata = new Metadata(same, { ...staged.metadata.signatures });
    else if (staged.have > 0 && !replace)
      throw new CatalogueError(
        'staged-differs',
        staged.complete
          ? `root version ${version} is signed and says something else than yours; publish that first, or replace it`
          : `root version ${version} waits for signatures (${staged.have} of ${staged.need}) and says something else than yours; sign that (millwright catalogue keys sign), or replace it`,
      );
  }
  checkRootKeys(metadata.signed);
  for (const key of requireKeys(offline, MetadataKind.Root, root, metadata)) signMetadata(metadata, key);
  await files.write(stagedFile(layout, MetadataKind.Root), metadataBytes(metadata));
  await recordSigned(ceremony, { role: MetadataKind.Root, version, by, at: now, targets: {} });
  return { role: MetadataKind.Root, version, ...countRootSignatures(root, metadata) };
}
