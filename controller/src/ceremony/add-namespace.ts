import { MetadataKind, Targets } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { groupOf, patternOfNamespace, roleOfNamespace } from './namespaces.ts';
import { type CeremonyOptions, openCeremony } from './open-ceremony.ts';
import { type StagedRole, stageRole } from './stage-role.ts';

/**
 * Delegates a new namespace to the keys that sign runbooks. Where the threshold is above one, each signer adds it; once
 * enough have, each signs the new role too, by `signRunbooks` or by adding it once more.
 * @throws CatalogueError
 */
export async function addNamespace(
  options: CeremonyOptions & { readonly namespace: string },
): Promise<StagedRole[]> {
  const role = roleOfNamespace(options.namespace);
  const { ceremony, published, targets } = await openCeremony(options);
  if (published.roles.has(role))
    throw new CatalogueError(
      'namespace-known',
      `${options.namespace} is a namespace of this catalogue already`,
    );
  const { lifetimes } = ceremony.offline;

  const staged = await stageRole(ceremony, {
    delegator: published.root,
    role: MetadataKind.Targets,
    published: published.targets,
    lifetimeMs: lifetimes.targets,
    next: ({ targets: own, delegations }) => {
      if (delegations === undefined)
        throw new CatalogueError(
          'namespace-unknown',
          'the catalogue delegates nothing; restore it from a backup',
        );
      if (delegations.roles?.[role] !== undefined) return { targets: own, delegations };
      // All namespaces have the same signers: take them from one that stands.
      const like = Object.values(delegations.roles ?? {}).find(({ name }) => groupOf(name) === 'runbooks');
      if (like === undefined)
        throw new CatalogueError(
          'namespace-unknown',
          'the catalogue has no namespace whose signers the new one could have',
        );
      const added = { ...like.toJSON(), name: role, paths: [patternOfNamespace(options.namespace)] };
      const json = delegations.toJSON();
      const roles = [...Object.values(delegations.roles ?? {}).map((other) => other.toJSON()), added];
      const rebuilt = Targets.fromJSON({ ...targets.signed.toJSON(), delegations: { ...json, roles } });
      return {
        targets: own,
        ...(rebuilt.delegations === undefined ? {} : { delegations: rebuilt.delegations }),
      };
    },
  });
  if (staged.have < staged.need) return [staged];
  const reopened = await openCeremony(options);
  return [
    staged,
    await stageRole(reopened.ceremony, {
      delegator: reopened.targets,
      role,
      published: null,
      lifetimeMs: lifetimes.namespace,
      next: (base) => ({ targets: base.targets }),
    }),
  ];
}
