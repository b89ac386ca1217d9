import { hashOf, keyIdOf, type TrustDocument } from '@millwright/shared/trust';
import { Metadata, MetadataKind, type Root, Targets } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { checkPlan, type KeyPlan, nextDelegations, nextRoot } from './key-plan.ts';
import { lifetimeOf, TRUST_ROLE } from './namespaces.ts';
import { type CeremonyOptions, type OpenCeremony, openCeremony } from './open-ceremony.ts';
import { asItIs, requireKeys, type StagedRole, stageRole } from './stage-role.ts';
import { rootWith, stageRoot } from './stage-root.ts';
import { stageTrust } from './technicians.ts';

/** The delegators as the plan leaves them, and what must be signed for that. */
interface Consequences {
  readonly root: Metadata<Root>;
  readonly targets: Metadata<Targets>;
  readonly changesRoot: boolean;
  readonly changesTargets: boolean;
  /** Delegated roles whose signers change: what stands in them is signed anew. */
  readonly roles: readonly string[];
}

function consequencesOf({ published }: OpenCeremony, plan: KeyPlan): Consequences {
  const { root: before, targets: standing } = published;
  const { version, expires } = before.signed;
  const root = new Metadata(rootWith(nextRoot(before.signed, plan), version, expires));
  const { signed } = standing;
  const delegations = nextDelegations(signed, plan);
  const targets = new Metadata(
    new Targets({
      version: signed.version,
      specVersion: signed.specVersion,
      expires: signed.expires,
      targets: signed.targets,
      delegations,
    }),
  );
  const changesRoot = !same(root.signed, before.signed);
  return {
    root,
    targets,
    changesRoot,
    changesTargets:
      !same(delegations, signed.delegations) ||
      !same(root.signed.roles[MetadataKind.Targets], before.signed.roles[MetadataKind.Targets]),
    roles: Object.keys(delegations.roles ?? {}).filter(
      (name) => !same(delegations.roles?.[name], signed.delegations?.roles?.[name]),
    ),
  };
}

type Part = { toJSON(): object } | undefined;
const same = (one: Part, other: Part): boolean =>
  hashOf(one?.toJSON() ?? {}) === hashOf(other?.toJSON() ?? {});

/**
 * A change builds on what is published, so that doing it again after a crash is the same change. What else is signed for
 * the top role must be out first.
 */
function requirePublished({ ceremony, published, targets: staged }: OpenCeremony, next: Consequences): void {
  if (staged === published.targets || ceremony.replace || !next.changesTargets) return;
  if (!same(staged.signed.delegations, next.targets.signed.delegations))
    throw new CatalogueError(
      'staged-differs',
      `targets version ${staged.signed.version} is signed and says something else than yours; publish it first, or replace it`,
    );
}

/**
 * Signs a change of the keys, with all that follows from it: the next root, the next top role, and every role whose
 * signers change. Nothing is in force until it is published, which waits for everybody's signatures. With a threshold
 * above one the next signer looks at it by `signPending`, or orders the very same.
 * @throws CatalogueError; nothing is staged where the folder lacks a key for any of it
 */
export async function changeKeys(options: CeremonyOptions, plan: KeyPlan): Promise<StagedRole[]> {
  const opened = await openCeremony(options);
  const { ceremony, published } = opened;
  const { targets: before } = published;
  checkPlan(published.root.signed, before.signed, plan);
  const next = consequencesOf(opened, plan);
  requirePublished(opened, next);
  const { root, targets } = next;
  const { warrant } = plan.online;
  const roles = next.roles.filter((role) => role !== TRUST_ROLE || warrant === undefined);

  const { offline } = ceremony;
  if (next.changesRoot) requireKeys(offline, MetadataKind.Root, published.root, root);
  if (next.changesTargets) requireKeys(offline, MetadataKind.Targets, published.root, root);
  for (const role of next.roles) requireKeys(offline, role, before, targets);
  if (warrant !== undefined) requireKeys(offline, TRUST_ROLE, before, targets);

  const staged: StagedRole[] = [];
  if (next.changesRoot) staged.push(await stageRoot(ceremony, published.root, root.signed));
  if (next.changesTargets)
    staged.push(
      await stageRole(ceremony, {
        delegator: root,
        before: published.root,
        role: MetadataKind.Targets,
        published: published.targets,
        lifetimeMs: offline.lifetimes.targets,
        next: ({ targets: own }) => ({ targets: own, delegations: targets.signed.delegations }),
      }),
    );
  for (const role of roles)
    staged.push(
      await stageRole(ceremony, {
        delegator: targets,
        before,
        role,
        published: published.roles.get(role) ?? null,
        lifetimeMs: lifetimeOf(role, offline.lifetimes),
        next: asItIs,
      }),
    );
  if (warrant !== undefined) {
    const spki = warrant.export({ type: 'spki', format: 'der' }).toString('base64');
    const change = (standing: TrustDocument): TrustDocument => ({
      ...standing,
      warrantKeys: [{ keyid: keyIdOf(warrant), spki }],
    });
    staged.push(await stageTrust(options, change, { delegator: targets, before }));
  }
  if (staged.length === 0)
    throw new CatalogueError('plan-empty', 'this changes nothing: the catalogue says all of it already');
  return staged;
}
