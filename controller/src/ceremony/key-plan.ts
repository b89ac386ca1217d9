import type { KeyObject } from 'node:crypto';
import { type TufKey, tufKeyIdOf } from '@millwright/shared/trust';
import { MetadataKind, Root, Targets } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { tufKeyOf } from '../catalogue/tuf-document.ts';
import { holdersOf } from './holders.ts';
import { AGENT_ROLE, groupOf, ownPatterns } from './namespaces.ts';
import type { KeyGroup } from './offline-folder.ts';
import type { RootContent } from './stage-root.ts';

/** A change of who signs what, as a whole: what it does not name stays. */
export interface KeyPlan {
  readonly add: readonly { readonly group: KeyGroup; readonly key: TufKey; readonly holder?: string }[];
  /** Ids of keys that no longer count. */
  readonly remove: readonly string[];
  readonly thresholds: Readonly<Partial<Record<KeyGroup, number>>>;
  /** Public keys that replace the controller's own. */
  readonly online: Readonly<Partial<Record<'snapshot' | 'timestamp' | 'warrant', KeyObject>>>;
}

export const noChange: KeyPlan = { add: [], remove: [], thresholds: {}, online: {} };

/** As TUF writes them. */
type Signers = { keyids: string[]; threshold: number };

function nextSigners(group: KeyGroup, { keyids, threshold }: Signers, plan: KeyPlan): Signers {
  const added = plan.add.filter((added) => added.group === group).map(({ key }) => tufKeyIdOf(key));
  const next = {
    keyids: [...keyids.filter((id) => !plan.remove.includes(id)), ...added],
    threshold: plan.thresholds[group] ?? threshold,
  };
  if (!Number.isInteger(next.threshold) || next.threshold < 1 || next.threshold > next.keyids.length)
    throw new CatalogueError(
      'threshold-impossible',
      `${group}: ${next.threshold} of ${next.keyids.length} keys cannot work; add keys in the same change, or set another threshold`,
    );
  return next;
}

type Keys = Readonly<Record<string, { toJSON(): ReturnType<Root['toJSON']> }>>;

/** The keys that some signers need, each under its id, and the names of who holds them. */
function keysFor(
  signers: readonly Signers[],
  known: Keys,
  plan: KeyPlan,
  holders: Readonly<Record<string, string>>,
) {
  const used = new Set(signers.flatMap(({ keyids }) => keyids));
  const added = plan.add.map(({ key, holder }) => [tufKeyIdOf(key), key, holder] as const);
  const online = Object.values(plan.online).map((key) => tufKeyOf(key));
  const keys = Object.fromEntries(
    [
      ...Object.entries(known).map(([id, key]) => [id, key.toJSON()] as const),
      ...added.map(([id, key]) => [id, { ...key, keyval: { ...key.keyval } }] as const),
      ...online.map((key) => [tufKeyIdOf(key), { ...key, keyval: { ...key.keyval } }] as const),
    ].filter(([id]) => used.has(id)),
  );
  const named: [string, string][] = [
    ...Object.entries(holders),
    ...added.flatMap(([id, , holder]): [string, string][] => (holder === undefined ? [] : [[id, holder]])),
  ].filter(([id]) => used.has(id));
  return { keys, holders: named.length === 0 ? {} : { holders: Object.fromEntries(named) } };
}

/** What the root says after the plan. @throws CatalogueError */
export function nextRoot(root: Root, plan: KeyPlan): RootContent {
  const standing = (role: string): Signers => ({
    keyids: root.roles[role]?.keyIDs ?? [],
    threshold: root.roles[role]?.threshold ?? 1,
  });
  const online = (role: 'snapshot' | 'timestamp'): Signers => {
    const key = plan.online[role];
    return key === undefined ? standing(role) : { keyids: [tufKeyIdOf(tufKeyOf(key))], threshold: 1 };
  };
  const roles = {
    root: nextSigners('root', standing('root'), plan),
    targets: nextSigners('targets', standing('targets'), plan),
    snapshot: online('snapshot'),
    timestamp: online('timestamp'),
  };
  const { keys, holders } = keysFor(Object.values(roles), root.keys, plan, holdersOf(root));
  return Root.fromJSON({
    _type: MetadataKind.Root,
    spec_version: root.specVersion,
    version: root.version,
    expires: root.expires,
    consistent_snapshot: true,
    keys,
    roles,
    ...holders,
  });
}

/** What the top role delegates after the plan; `agent/*` is delegated where keys for it are added. @throws CatalogueError */
export function nextDelegations(targets: Targets, plan: KeyPlan): NonNullable<Targets['delegations']> {
  const standing = Object.values(targets.delegations?.roles ?? {});
  const missing =
    standing.some(({ name }) => name === AGENT_ROLE) || !plan.add.some(({ group }) => group === AGENT_ROLE)
      ? []
      : [{ name: AGENT_ROLE, paths: [ownPatterns[AGENT_ROLE]], keyIDs: [], threshold: 1 }];
  const roles = [...standing, ...missing].map(({ name, paths = [], keyIDs, threshold }) => ({
    name,
    paths: [...paths],
    terminating: true,
    ...nextSigners(groupOf(name), { keyids: keyIDs, threshold }, plan),
  }));
  const { keys, holders } = keysFor(
    roles,
    targets.delegations?.keys ?? {},
    plan,
    holdersOf(targets.delegations),
  );
  const { delegations } = Targets.fromJSON({
    ...targets.toJSON(),
    delegations: { keys, roles, ...holders },
  });
  if (delegations === undefined)
    throw new CatalogueError(
      'namespace-unknown',
      'the catalogue delegates nothing; restore it from a backup',
    );
  return delegations;
}

/** Each key once, in one group: one key must not stand for two people, nor a person's for the controller's. */
export function checkPlan(root: Root, targets: Targets, plan: KeyPlan): void {
  const known = new Set([...Object.keys(root.keys), ...Object.keys(targets.delegations?.keys ?? {})]);
  for (const id of plan.remove)
    if (!known.delete(id))
      throw new CatalogueError(
        'key-unknown',
        `no role of the catalogue knows the key ${id}; see millwright catalogue keys list`,
      );
  const added = [
    ...plan.add.map(({ key }) => tufKeyIdOf(key)),
    ...Object.values(plan.online).map((key) => tufKeyIdOf(tufKeyOf(key))),
  ];
  for (const id of added) {
    if (known.has(id))
      throw new CatalogueError(
        'key-known',
        `the key ${id} stands in the catalogue already, and one key counts once; bring a new key`,
      );
    known.add(id);
  }
}
