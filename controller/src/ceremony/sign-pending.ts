import { hashOf, TRUST_TARGET } from '@millwright/shared/trust';
import { type Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { z } from 'zod';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { checkDelegations, Ed25519TufKey } from '../catalogue/key-rules.ts';
import { parseTrust } from '../catalogue/load-catalogue.ts';
import { readTarget } from '../catalogue/published.ts';
import { readStaged, type Staged } from '../catalogue/staged.ts';
import { readStagedRoot, type StagedRoot } from '../catalogue/staged-root.ts';
import { rolesOfRoot, rolesOfTargets, wordsOfChange, wordsOfTrust } from './key-words.ts';
import { lifetimeOf, TRUST_ROLE } from './namespaces.ts';
import { type CeremonyOptions, type OpenCeremony, openCeremony } from './open-ceremony.ts';
import { isPlausible, keysFor, type StagedRole, stageRole } from './stage-role.ts';
import { stageRoot } from './stage-root.ts';

const signers = { keyids: z.array(z.string()), threshold: z.number().int().min(1) };
const Role = z.strictObject(signers);
const keys = z.record(z.string(), Ed25519TufKey);
const holders = z.record(z.string(), z.string().min(1).max(64)).optional();
const common = { spec_version: z.string(), version: z.number().int(), expires: z.string() };

/** All that a root may say. What is not shown is not signed. */
const PlainRoot = z.strictObject({
  _type: z.literal('root'),
  ...common,
  consistent_snapshot: z.literal(true),
  keys,
  roles: z.strictObject({ root: Role, targets: Role, snapshot: Role, timestamp: Role }),
  holders,
});

/** All that the top role may say: delegations, and no target of its own. */
const PlainTargets = z.strictObject({
  _type: z.literal('targets'),
  ...common,
  targets: z.strictObject({}),
  delegations: z.strictObject({
    keys,
    roles: z.array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9-]+$/),
        paths: z.array(z.string()).length(1),
        terminating: z.literal(true),
        ...signers,
      }),
    ),
    holders,
  }),
});

/** All that a role below may say: targets, and no delegation further on. */
const PlainRole = z.strictObject({
  _type: z.literal('targets'),
  ...common,
  targets: z.record(z.string(), z.unknown()),
});

/** What others have signed and this signer may join. */
export interface Pending {
  /** What all of it means, a line each. */
  readonly words: readonly string[];
  /** Roles that are left out: what they hold must come from the signer's own folders. */
  readonly leftOut: readonly string[];
  /** Signs what `words` say, and nothing else. */
  readonly sign: () => Promise<StagedRole[]>;
}

function requirePlain(schema: z.ZodType, role: string, signed: Root | Targets): void {
  const plain = schema.safeParse(signed.toJSON());
  if (!plain.success)
    throw new CatalogueError(
      'staged-differs',
      `the staged ${role} says more than can be shown (${plain.error.issues[0]?.path.join('.')}: ${plain.error.issues[0]?.message}); do not sign it, and ask who began it`,
    );
}

function requirePlausible(
  { ceremony }: OpenCeremony,
  role: string,
  expires: string,
  lifetimeMs: number,
): void {
  if (!isPlausible(expires, ceremony.clock.now(), lifetimeMs))
    throw new CatalogueError(
      'staged-differs',
      `the staged ${role} would be valid until ${expires}, which is past or longer than ${Math.round(lifetimeMs / 86_400_000)} days; let whoever began it begin again`,
    );
}

interface Work {
  readonly opened: OpenCeremony;
  readonly root: StagedRoot | null;
  readonly top: Staged | null;
  readonly roles: readonly Staged[];
}

/** What is staged, under the delegators that are staged with it. */
async function readWork(options: CeremonyOptions): Promise<Work> {
  const opened = await openCeremony(options);
  const { ceremony, published } = opened;
  const { layout } = ceremony;
  const root = await readStagedRoot(layout, published.root);
  const by = root?.metadata ?? published.root;
  const top = await readStaged(layout, by, MetadataKind.Targets, published.targets.signed.version);
  const delegator = top?.metadata ?? published.targets;
  const roles: Staged[] = [];
  for (const role of Object.keys(delegator.signed.delegations?.roles ?? {})) {
    const staged = await readStaged(layout, delegator, role, published.roles.get(role)?.signed.version ?? 0);
    if (staged !== null) roles.push(staged);
  }
  return { opened, root, top, roles };
}

const sameTargets = (one: Targets | undefined, other: Targets): boolean =>
  hashOf(Object.values(one?.targets ?? {}).map((target) => [target.path, target.toJSON()])) ===
  hashOf(Object.values(other.targets).map((target) => [target.path, target.toJSON()]));

/** What the trust role's new content means, or undefined where it has other targets than the trust document. */
async function trustWords({ ceremony, published }: OpenCeremony, staged: Metadata<Targets>) {
  const { layout } = ceremony;
  const before = published.roles.get(TRUST_ROLE)?.signed.targets[TRUST_TARGET];
  const after = staged.signed.targets[TRUST_TARGET];
  if (before === undefined || after === undefined || Object.keys(staged.signed.targets).length !== 1)
    return undefined;
  const read = async (target: typeof after) =>
    parseTrust(await readTarget(target, layout.targets, layout.stagedTargets));
  return wordsOfTrust(await read(before), await read(after));
}

/**
 * What waits for signatures, as this signer's folder sees it, in plain words: keys, thresholds, technicians, and roles that are
 * signed again with the same content. Runbooks are not among it.
 * @throws CatalogueError `nothing-pending`; and where something staged could mean more than can be shown
 */
export async function readPending(options: CeremonyOptions): Promise<Pending> {
  const { opened, root, top, roles } = await readWork(options);
  const { ceremony, published } = opened;
  const { lifetimes } = ceremony.offline;
  const words: string[] = [];
  const leftOut: string[] = [];
  const again: string[] = [];
  const joined: Staged[] = [];

  if (root !== null) {
    requirePlain(PlainRoot, 'root', root.metadata.signed);
    requirePlausible(opened, 'root', root.metadata.signed.expires, lifetimes.root);
    words.push(
      `Root version ${root.metadata.signed.version}, valid until ${root.metadata.signed.expires}:`,
      ...indented(wordsOfChange(rolesOfRoot(published.root.signed), rolesOfRoot(root.metadata.signed))),
    );
  }
  if (top !== null) {
    const { signed } = top.metadata;
    requirePlain(PlainTargets, 'targets', signed);
    requirePlausible(opened, 'targets', signed.expires, lifetimes.targets);
    checkDelegations(signed);
    words.push(
      `Delegations version ${signed.version}, valid until ${signed.expires}:`,
      ...indented(wordsOfChange(rolesOfTargets(published.targets.signed), rolesOfTargets(signed))),
    );
  }
  for (const staged of roles) {
    const { signed } = staged.metadata;
    if (!PlainRole.safeParse(signed.toJSON()).success) {
      leftOut.push(staged.role);
      continue;
    }
    if (sameTargets(published.roles.get(staged.role)?.signed, signed)) again.push(staged.role);
    else {
      const trust = staged.role === TRUST_ROLE ? await trustWords(opened, staged.metadata) : undefined;
      if (trust === undefined) {
        leftOut.push(staged.role);
        continue;
      }
      words.push(`Trust document, in version ${signed.version} of ${TRUST_ROLE}:`, ...trust);
    }
    requirePlausible(opened, staged.role, signed.expires, lifetimeOf(staged.role, lifetimes));
    joined.push(staged);
  }
  if (again.length > 0) words.push(`Signed again, with the same content: ${again.join(', ')}.`);
  if (words.length === 0)
    throw new CatalogueError(
      'nothing-pending',
      leftOut.length > 0
        ? `what waits are runbooks (${leftOut.join(', ')}): sign your own copy of their folders`
        : 'nothing waits for a signature',
    );
  return { words, leftOut, sign: () => signAll({ opened, root, top, roles: joined }) };
}

/** An unchanged role says so. */
const indented = (lines: readonly string[]): string[] =>
  (lines.length === 0 ? ['the same keys for another term'] : lines).map((line) => `  ${line}`);

async function signAll({ opened, root, top, roles }: Work): Promise<StagedRole[]> {
  const { ceremony, published } = opened;
  const { offline } = ceremony;
  const nextRoot = root?.metadata ?? published.root;
  const delegator = top?.metadata ?? published.targets;
  const signed: StagedRole[] = [];
  if (root !== null && keysFor(offline, MetadataKind.Root, published.root, nextRoot).length > 0)
    signed.push(await stageRoot(ceremony, published.root, root.metadata.signed));
  if (top !== null && keysFor(offline, MetadataKind.Targets, published.root, nextRoot).length > 0)
    signed.push(
      await stageRole(ceremony, {
        delegator: nextRoot,
        before: published.root,
        role: MetadataKind.Targets,
        published: published.targets,
        lifetimeMs: offline.lifetimes.targets,
        next: () => ({ targets: {}, delegations: delegator.signed.delegations }),
      }),
    );
  for (const { role, metadata } of roles)
    if (keysFor(offline, role, published.targets, delegator).length > 0)
      signed.push(
        await stageRole(ceremony, {
          delegator,
          before: published.targets,
          role,
          published: published.roles.get(role) ?? null,
          lifetimeMs: lifetimeOf(role, offline.lifetimes),
          next: () => ({ targets: metadata.signed.targets }),
        }),
      );
  if (signed.length === 0)
    throw new CatalogueError(
      'key-missing',
      `${offline.dir} holds no key that may sign any of this; bring the folder that does`,
    );
  return signed;
}
