import { type Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { checkDelegations } from './key-rules.ts';
import type { CatalogueLayout } from './layout.ts';
import type { Published } from './published.ts';
import {
  countSignatures,
  type Delegator,
  readStaged,
  type SignatureCount,
  type Staged,
  signersOf,
} from './staged.ts';
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

/** Whether a delegator that is staged asks for other signatures on a role than the one in force. */
function changesSigners(delegator: Delegator, pending: Delegator | undefined, role: string): boolean {
  if (pending === undefined) return false;
  const [now, then] = [signersOf(delegator, role), signersOf(pending, role)];
  return now?.threshold !== then?.threshold || now?.keyIDs.join() !== then?.keyIDs.join();
}

/**
 * The versions of a role that its delegator vouches for, the newest first. Where `pending` will ask for other signatures on
 * the role, what is staged of it is meant for that one: published early, it would never get the signatures it lacks.
 */
async function vouchedFor(
  layout: CatalogueLayout,
  delegator: Delegator,
  pending: Delegator | undefined,
  role: string,
  published: Metadata<Targets> | undefined,
): Promise<(Staged | 'as-published')[]> {
  const staged = await readStaged(layout, delegator, role, published?.signed.version ?? 0);
  return [
    ...(staged !== null && isComplete(staged) && !changesSigners(delegator, pending, role) ? [staged] : []),
    ...(published !== undefined && isComplete(countSignatures(delegator, role, published))
      ? (['as-published'] as const)
      : []),
  ];
}

/** What is staged of the two who delegate. */
interface StagedDelegators {
  readonly root: StagedRoot | null;
  readonly top: Staged | null;
}

/** The release under this root and this top role, or undefined where a role is missing that they vouch for. */
async function releaseOf(
  layout: CatalogueLayout,
  published: Published,
  staged: StagedDelegators,
  root: Metadata<Root>,
  top: Staged | 'as-published',
): Promise<Omit<NextRelease, 'waiting'> | undefined> {
  const targets = top === 'as-published' ? published.targets : top.metadata;
  const pending = top === 'as-published' ? staged.top?.metadata : undefined;
  checkDelegations(targets.signed);
  const ready: Staged[] = top === 'as-published' ? [] : [top];
  for (const role of Object.keys(targets.signed.delegations?.roles ?? {})) {
    const [newest] = await vouchedFor(layout, targets, pending, role, published.roles.get(role));
    if (newest === undefined) return undefined;
    if (newest !== 'as-published') ready.push(newest);
  }
  return { root, targets, ready };
}

/** All that is staged and is no part of the release. */
async function waitingBeside(
  layout: CatalogueLayout,
  published: Published,
  { root: stagedRoot, top }: StagedDelegators,
  { root, ready }: Omit<NextRelease, 'waiting'>,
): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  if (stagedRoot !== null && root === published.root)
    waiting.push({ role: MetadataKind.Root, ...brief(stagedRoot) });
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
  const { root: before, targets } = published;
  const stagedRoot = await readStagedRoot(layout, before);
  const { version } = targets.signed;
  const staged = {
    root: stagedRoot,
    top: await readStaged(layout, stagedRoot?.metadata ?? before, MetadataKind.Targets, version),
  };
  const roots = stagedRoot?.complete === true ? [stagedRoot.metadata, before] : [before];
  for (const root of roots) {
    const pending = root === before ? stagedRoot?.metadata : undefined;
    for (const top of await vouchedFor(layout, root, pending, MetadataKind.Targets, targets)) {
      const found = await releaseOf(layout, published, staged, root, top);
      if (found !== undefined)
        return { ...found, waiting: await waitingBeside(layout, published, staged, found) };
    }
  }
  throw new CatalogueError(
    'metadata-mixed',
    `what is published in ${layout.metadata} does not vouch for itself; restore the catalogue from a backup`,
  );
}
