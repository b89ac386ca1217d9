import { type Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { checkDelegations } from './key-rules.ts';
import type { CatalogueLayout } from './layout.ts';
import type { Published } from './published.ts';
import { countSignatures, readStaged, type SignatureCount, type Staged } from './staged.ts';
import { readStagedRoot, type StagedRoot } from './staged-root.ts';

/** A role's version that is signed and not published yet. */
export interface Waiting extends SignatureCount {
  readonly role: string;
  readonly version: number;
}

/** What is published next: roles that vouch for one another from the root down. */
export interface NextRelease {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  /** The targets roles that are new in it. */
  readonly ready: readonly Staged[];
  readonly waiting: readonly Waiting[];
}

const isComplete = ({ have, need }: SignatureCount): boolean => have >= need;

/** The versions of a role that its delegator vouches for, the newest first. */
async function vouchedFor(
  layout: CatalogueLayout,
  delegator: Metadata<Root> | Metadata<Targets>,
  role: string,
  published: Metadata<Targets> | undefined,
): Promise<(Staged | 'as-published')[]> {
  const staged = await readStaged(layout, delegator, role, published?.signed.version ?? 0);
  return [
    ...(staged !== null && isComplete(staged) ? [staged] : []),
    ...(published !== undefined && isComplete(countSignatures(delegator, role, published))
      ? (['as-published'] as const)
      : []),
  ];
}

/** The release under this root and this top role, or undefined where a role is missing that they vouch for. */
async function releaseOf(
  layout: CatalogueLayout,
  published: Published,
  root: Metadata<Root>,
  top: Staged | 'as-published',
): Promise<Omit<NextRelease, 'waiting'> | undefined> {
  const targets = top === 'as-published' ? published.targets : top.metadata;
  checkDelegations(targets.signed);
  const ready: Staged[] = top === 'as-published' ? [] : [top];
  for (const role of Object.keys(targets.signed.delegations?.roles ?? {})) {
    const [newest] = await vouchedFor(layout, targets, role, published.roles.get(role));
    if (newest === undefined) return undefined;
    if (newest !== 'as-published') ready.push(newest);
  }
  return { root, targets, ready };
}

/** All that is staged and is no part of the release. */
async function waitingBeside(
  layout: CatalogueLayout,
  published: Published,
  stagedRoot: StagedRoot | null,
  { root, ready }: Omit<NextRelease, 'waiting'>,
): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  if (stagedRoot !== null && root === published.root)
    waiting.push({ role: MetadataKind.Root, ...brief(stagedRoot) });
  const nextRoot = stagedRoot?.metadata ?? root;
  const { version } = published.targets.signed;
  const top = await readStaged(layout, nextRoot, MetadataKind.Targets, version);
  const delegator = top?.metadata ?? published.targets;
  const below = Object.keys(delegator.signed.delegations?.roles ?? {}).map((role) =>
    readStaged(layout, delegator, role, published.roles.get(role)?.signed.version ?? 0),
  );
  for (const staged of [top, ...(await Promise.all(below))])
    if (staged !== null && !ready.some(({ role }) => role === staged.role))
      waiting.push({ role: staged.role, ...brief(staged) });
  return waiting;
}

const brief = ({ metadata, have, need }: Staged | StagedRoot): Omit<Waiting, 'role'> => ({
  version: metadata.signed.version,
  have,
  need,
});

/**
 * The newest of what is staged that can stand together. A new root waits until everything is signed as it asks, a new top
 * role until the roles below it are: what is published never lacks a signature.
 */
export async function nextRelease(layout: CatalogueLayout, published: Published): Promise<NextRelease> {
  const stagedRoot = await readStagedRoot(layout, published.root);
  const roots = stagedRoot?.complete === true ? [stagedRoot.metadata, published.root] : [published.root];
  for (const root of roots)
    for (const top of await vouchedFor(layout, root, MetadataKind.Targets, published.targets)) {
      const found = await releaseOf(layout, published, root, top);
      if (found !== undefined)
        return { ...found, waiting: await waitingBeside(layout, published, stagedRoot, found) };
    }
  throw new CatalogueError(
    'metadata-mixed',
    `what is published in ${layout.metadata} does not vouch for itself; restore the catalogue from a backup`,
  );
}
