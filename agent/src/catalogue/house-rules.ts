import { tufKeyIdOf } from '@millwright/shared/trust';
import { z } from 'zod';
import type { VerifiedCatalogue, VerifiedRole } from './tuf-client.ts';

/**
 * What Millwright asks of a catalogue beyond TUF. TUF lets a key stand under any id, so that one key under two ids could
 * pass for two people; it lets a pattern be any glob, and a role delegate further. None of that is needed here.
 */
export class HouseRuleError extends Error {
  override readonly name = 'HouseRuleError';
  readonly code = 'house-rule-broken';
}

/** The one spelling of a key: any freedom (hex in capitals, PEM, a further field) would give one key a second id. */
const Ed25519Key = z.strictObject({
  keytype: z.literal('ed25519'),
  scheme: z.literal('ed25519'),
  keyval: z.strictObject({ public: z.string().regex(/^[0-9a-f]{64}$/) }),
});

const PATTERN = /^([a-z0-9][a-z0-9_-]*\/)+\*$/;
const TARGET = /^([a-z0-9][a-z0-9_-]*\/)+[a-z0-9][a-z0-9._-]*$/;
const ROLE = /^[a-z0-9][a-z0-9_-]*$/;

type Keys = Readonly<Record<string, { toJSON(): object }>>;

/** @throws HouseRuleError */
export function checkRootRules(root: VerifiedCatalogue['root']): void {
  checkKeys('root', root.keys);
  if (!root.consistentSnapshot) throw new HouseRuleError('root: consistent snapshots are off');
}

/** The top-level targets role holds delegations and nothing else. @throws HouseRuleError */
export function checkDelegationRules(targets: VerifiedRole): void {
  if (Object.keys(targets.targets).length > 0) throw new HouseRuleError('targets: holds targets of its own');
  const delegations = targets.delegations;
  if (delegations === undefined) return;
  checkKeys('targets', delegations.keys);
  if (delegations.succinctRoles !== undefined)
    throw new HouseRuleError('targets: succinct roles are not used');
  for (const role of Object.values(delegations.roles ?? {})) {
    const where = `targets, role ${role.name}`;
    if (!ROLE.test(role.name)) throw new HouseRuleError(`${where}: the name is not in [a-z0-9_-]`);
    if (!role.terminating) throw new HouseRuleError(`${where}: not terminating`);
    if (role.paths === undefined || !role.paths.every((pattern) => PATTERN.test(pattern)))
      throw new HouseRuleError(`${where}: patterns must be a literal prefix and one *`);
  }
}

/** A namespace's role holds targets inside its patterns and delegates nothing. @throws HouseRuleError */
export function checkNamespaceRules(name: string, patterns: readonly string[], role: VerifiedRole): void {
  if (role.delegations !== undefined) throw new HouseRuleError(`role ${name}: delegates further`);
  for (const path of Object.keys(role.targets)) {
    if (!TARGET.test(path))
      throw new HouseRuleError(`role ${name}: ${JSON.stringify(path)} is not a target's name`);
    if (!patterns.some((pattern) => isDirectlyUnder(path, pattern.slice(0, -1))))
      throw new HouseRuleError(`role ${name}: ${path} is outside of its namespace`);
  }
}

function isDirectlyUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && !path.slice(prefix.length).includes('/');
}

function checkKeys(where: string, keys: Keys): void {
  for (const [id, key] of Object.entries(keys)) {
    const parsed = Ed25519Key.safeParse(key.toJSON());
    if (!parsed.success) throw new HouseRuleError(`${where}: key ${id} is not a plain Ed25519 key`);
    if (tufKeyIdOf(parsed.data) !== id)
      throw new HouseRuleError(`${where}: key id ${id} is not the hash of its key`);
  }
}
