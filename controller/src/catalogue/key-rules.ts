import { tufKeyIdOf } from '@millwright/shared/trust';
import type { Root, Targets } from '@tufjs/models';
import { z } from 'zod';
import { CatalogueError } from './catalogue-error.ts';

const PATTERN = /^[a-z0-9._/-]+\*$/;

/** The one spelling of a key: in capitals or with a further field, one key would have a second id. */
export const Ed25519TufKey = z.strictObject({
  keytype: z.literal('ed25519'),
  scheme: z.literal('ed25519'),
  keyval: z.strictObject({ public: z.string().regex(/^[0-9a-f]{64}$/) }),
});

function checkKeys(where: string, keys: Root['keys']): void {
  for (const [id, key] of Object.entries(keys)) {
    const plain = Ed25519TufKey.safeParse(key.toJSON());
    if (!plain.success || tufKeyIdOf(plain.data) !== id)
      throw new CatalogueError(
        'key-id-wrong',
        `${where}: key id ${id} is not the hash of a plain Ed25519 key; do not publish this metadata`,
      );
  }
}

/** TUF lets a key stand under any id; here one key must not count as two people. */
export function checkRootKeys(root: Root): void {
  checkKeys('root', root.keys);
}

/** Keys of the delegations, and their shape: a literal prefix and one `*`, terminating. */
export function checkDelegations(targets: Targets): void {
  checkKeys('targets', targets.delegations?.keys ?? {});
  const patterns = new Set<string>();
  for (const [name, role] of Object.entries(targets.delegations?.roles ?? {})) {
    if (
      !role.terminating ||
      role.paths === undefined ||
      role.paths.length !== 1 ||
      !role.paths.every((path) => PATTERN.test(path))
    )
      throw new CatalogueError(
        'delegation-malformed',
        `targets: role ${name} must be terminating and cover one literal prefix and one *`,
      );
    const [pattern = ''] = role.paths;
    if (patterns.has(pattern))
      throw new CatalogueError(
        'delegation-malformed',
        `targets: two roles cover ${pattern}; let one role answer for it`,
      );
    patterns.add(pattern);
  }
}
