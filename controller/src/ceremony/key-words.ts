import type { TrustDocument } from '@millwright/shared/trust';
import type { Root, Targets } from '@tufjs/models';
import { holdersOf } from './holders.ts';

/** Who signs one role. */
interface RoleSigners {
  readonly covers: string;
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** Roles by name, and the names of who holds their keys. */
export interface SigningRoles {
  readonly roles: ReadonlyMap<string, RoleSigners>;
  readonly holders: Readonly<Record<string, string>>;
}

export function rolesOfRoot(root: Root): SigningRoles {
  const roles = Object.entries(root.roles).map(
    ([name, { keyIDs, threshold }]) => [name, { covers: '', keyids: keyIDs, threshold }] as const,
  );
  return { roles: new Map(roles), holders: holdersOf(root) };
}

export function rolesOfTargets(targets: Targets): SigningRoles {
  const roles = Object.values(targets.delegations?.roles ?? {}).map(
    ({ name, paths = [], keyIDs, threshold }) =>
      [name, { covers: paths.join(' '), keyids: keyIDs, threshold }] as const,
  );
  return { roles: new Map(roles), holders: holdersOf(targets.delegations) };
}

/** What changes for one role, a line each; none where nothing does. */
function changesOf(
  before: RoleSigners | undefined,
  after: RoleSigners | undefined,
  nameOf: (id: string) => string,
): string[] {
  const was = before?.keyids ?? [];
  const is = after?.keyids ?? [];
  const signatures = ({ threshold, keyids }: RoleSigners): string => `${threshold} of ${keyids.length} keys`;
  return [
    ...(after !== undefined && after.covers !== before?.covers && after.covers !== '' && before !== undefined
      ? [`covers ${after.covers} (before: ${before.covers})`]
      : []),
    ...(after === undefined
      ? ['is no longer delegated: nothing that it signed counts']
      : before === undefined
        ? [`is new: ${signatures(after)} sign for ${after.covers}`]
        : signatures(before) === signatures(after)
          ? []
          : [`${signatures(after)} sign (before: ${signatures(before)})`]),
    ...is.filter((id) => !was.includes(id)).map((id) => `+ key ${nameOf(id)}`),
    ...was.filter((id) => !is.includes(id)).map((id) => `- key ${nameOf(id)}`),
  ];
}

/** What changes between two states of who signs, in plain words; roles that change alike stand together. */
export function wordsOfChange(before: SigningRoles, after: SigningRoles): string[] {
  const nameOf = (id: string): string => {
    const holder = after.holders[id] ?? before.holders[id];
    return holder === undefined ? id : `${id} (${holder})`;
  };
  const alike = new Map<string, string[]>();
  for (const role of new Set([...before.roles.keys(), ...after.roles.keys()])) {
    const changes = changesOf(before.roles.get(role), after.roles.get(role), nameOf).join('\n');
    if (changes !== '') alike.set(changes, [...(alike.get(changes) ?? []), role]);
  }
  const renamed = Object.entries(after.holders)
    .filter(([id, name]) => before.holders[id] !== undefined && before.holders[id] !== name)
    .map(([id, name]) => `key ${id} is called ${name} (before: ${before.holders[id]})`);
  return [
    ...[...alike].flatMap(([changes, roles]) => [
      `${roles.join(', ')}:`,
      ...changes.split('\n').map((change) => `  ${change}`),
    ]),
    ...renamed,
  ];
}

/** What changes between two trust documents, in plain words. */
export function wordsOfTrust(before: TrustDocument, after: TrustDocument): string[] {
  const warrants = ({ warrantKeys }: TrustDocument): string[] =>
    warrantKeys.map(({ keyid }) => `the controller's warrant key ${keyid}`);
  const people = ({ technicians }: TrustDocument): string[] =>
    technicians.map(
      ({ name, keyid, namespaces, clients }) =>
        `technician ${name}, key ${keyid}, for runbooks ${namespaces.join(' ')} of clients ${clients.join(' ')}`,
    );
  const [was, is] = [
    [...warrants(before), ...people(before)],
    [...warrants(after), ...people(after)],
  ];
  return [
    ...is.filter((line) => !was.includes(line)).map((line) => `  + ${line}`),
    ...was.filter((line) => !is.includes(line)).map((line) => `  - ${line}`),
  ];
}
