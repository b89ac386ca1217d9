import { MetadataKind } from '@tufjs/models';
import { TRUST_ROLE } from './namespaces.ts';
import { type CeremonyOptions, openCeremony } from './open-ceremony.ts';
import { type StagedRole, stageRole } from './stage-role.ts';

/**
 * Signs what stands for another lifetime, changing nothing: every role for which the offline folder holds a key. To be
 * done before 30 days are over (unless set otherwise), and published then.
 * @throws CatalogueError
 */
export async function renewCatalogue(options: CeremonyOptions): Promise<StagedRole[]> {
  const { ceremony, published, targets } = await openCeremony(options);
  const { keys, lifetimes } = ceremony.offline;
  const holdsKeyOf = (keyIDs: readonly string[] | undefined): boolean =>
    keyIDs?.some((id) => keys.has(id)) === true;
  const renewed: StagedRole[] = [];
  if (holdsKeyOf(published.root.signed.roles[MetadataKind.Targets]?.keyIDs))
    renewed.push(
      await stageRole(
        ceremony,
        published.root,
        MetadataKind.Targets,
        published.targets,
        lifetimes.targets,
        (base) => ({
          targets: base.targets,
          ...(base.delegations === undefined ? {} : { delegations: base.delegations }),
        }),
      ),
    );
  for (const [name, role] of Object.entries(targets.signed.delegations?.roles ?? {})) {
    if (!holdsKeyOf(role.keyIDs)) continue;
    const lifetime = name === TRUST_ROLE ? lifetimes.trust : lifetimes.namespace;
    renewed.push(
      await stageRole(ceremony, targets, name, published.roles.get(name) ?? null, lifetime, (base) => ({
        targets: base.targets,
      })),
    );
  }
  return renewed;
}
