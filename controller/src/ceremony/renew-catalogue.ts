import { MetadataKind } from '@tufjs/models';
import { lifetimeOf } from './namespaces.ts';
import { type CeremonyOptions, openCeremony } from './open-ceremony.ts';
import { asItIs, type StagedRole, stageRole } from './stage-role.ts';
import { stageRoot } from './stage-root.ts';

/**
 * Signs what stands for another lifetime, changing nothing: every role for which the offline folder holds a key. To be
 * done before 30 days are over (unless set otherwise), and published then. The root, which endpoints keep every version of,
 * is renewed once half of its life is over.
 * @throws CatalogueError
 */
export async function renewCatalogue(options: CeremonyOptions): Promise<StagedRole[]> {
  const { ceremony, published, targets } = await openCeremony(options);
  const { keys, lifetimes } = ceremony.offline;
  const holdsKeyOf = (keyIDs: readonly string[] | undefined): boolean =>
    keyIDs?.some((id) => keys.has(id)) === true;
  const renewed: StagedRole[] = [];
  const { root } = published;
  if (
    holdsKeyOf(root.signed.roles[MetadataKind.Root]?.keyIDs) &&
    Date.parse(root.signed.expires) - ceremony.clock.now() < lifetimes.root / 2
  )
    renewed.push(await stageRoot(ceremony, root, root.signed));
  if (holdsKeyOf(root.signed.roles[MetadataKind.Targets]?.keyIDs))
    renewed.push(
      await stageRole(ceremony, {
        delegator: root,
        role: MetadataKind.Targets,
        published: published.targets,
        lifetimeMs: lifetimes.targets,
        next: asItIs,
      }),
    );
  for (const [name, role] of Object.entries(targets.signed.delegations?.roles ?? {}))
    if (holdsKeyOf(role.keyIDs))
      renewed.push(
        await stageRole(ceremony, {
          delegator: targets,
          role: name,
          published: published.roles.get(name) ?? null,
          lifetimeMs: lifetimeOf(name, lifetimes),
          next: asItIs,
        }),
      );
  return renewed;
}
