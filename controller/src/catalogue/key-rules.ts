import { tufKeyIdOf } from '@millwright/shared/trust';
import type { Root, Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';

const PATTERN = /^[a-z0-9._/-]+\*$/;

function checkKeys(where: string, keys: Root['keys']): void {
  for (const [id, key] of Object.entries(keys)) {
    const { public: value } = key.keyVal;
    if (
      value === undefined ||
      tufKeyIdOf({ keytype: key.keyType, scheme: key.scheme, keyval: { public: value } }) !== id
    )
      throw new CatalogueError(
        'key-id-wrong',
        `${where}: key id ${id} is not the hash of its key; do not publish this metadata`,
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
  }
}
