import { join } from 'node:path';
import { type Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { checkDelegations } from './key-rules.ts';
import type { CatalogueLayout } from './layout.ts';
import type { Published } from './published.ts';
import { parseTargets, readIfThere } from './tuf-document.ts';

/** Good signatures so far, and how many it takes. */
export interface SignatureCount {
  readonly have: number;
  readonly need: number;
}

/** A role's next version, signed by some or by enough, and not yet published. */
export interface Staged extends SignatureCount {
  readonly role: string;
  readonly metadata: Metadata<Targets>;
}

/** Who vouches for a role: the root for the top role, the top role for all others. */
export type Delegator = Metadata<Root> | Metadata<Targets>;

/** Whose signatures a delegator asks for on a role, or undefined where it does not know the role. */
export function signersOf({ signed }: Delegator, role: string): Root['roles'][string] | undefined {
  return signed.type === MetadataKind.Root ? signed.roles[role] : signed.delegations?.roles?.[role];
}

/** Good signatures on a role's metadata, and how many its delegator asks for. */
export function countSignatures(
  delegator: Delegator,
  role: string,
  metadata: Metadata<Root> | Metadata<Targets>,
): SignatureCount {
  const { signed } = delegator;
  const keys = signed.type === MetadataKind.Root ? signed.keys : (signed.delegations?.keys ?? {});
  const definition = signersOf(delegator, role);
  if (definition === undefined)
    throw new CatalogueError(
      'namespace-unknown',
      `the catalogue has no role ${role}; add its namespace first`,
    );
  let have = 0;
  for (const id of new Set(definition.keyIDs)) {
    try {
      keys[id]?.verifySignature(metadata);
      if (keys[id] !== undefined) have += 1;
    } catch {
      // No good signature by this key: it does not count.
    }
  }
  return { have, need: definition.threshold };
}

export const stagedFile = (layout: CatalogueLayout, role: string): string =>
  join(layout.staged, `${role}.json`);

/** A role's staged version, if it is newer than the published one. */
export async function readStaged(
  layout: CatalogueLayout,
  delegator: Delegator,
  role: string,
  publishedVersion: number,
): Promise<Staged | null> {
  const file = stagedFile(layout, role);
  const bytes = await readIfThere(file);
  if (bytes === null) return null;
  const metadata = parseTargets(file, bytes);
  if (metadata.signed.version <= publishedVersion) return null;
  return { role, metadata, ...countSignatures(delegator, role, metadata) };
}

/** The top role as it will be after publishing: the staged one where that is signed by enough, else the published one. */
export async function nextTargets(
  layout: CatalogueLayout,
  published: Published,
): Promise<{ current: Metadata<Targets>; staged: Staged | null }> {
  const staged = await readStaged(
    layout,
    published.root,
    MetadataKind.Targets,
    published.targets.signed.version,
  );
  if (staged === null || staged.have < staged.need) return { current: published.targets, staged };
  checkDelegations(staged.metadata.signed);
  return { current: staged.metadata, staged };
}
