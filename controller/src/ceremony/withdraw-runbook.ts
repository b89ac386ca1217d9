import { targetPathOf } from '@millwright/shared/runbook';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { lifetimeOf } from './namespaces.ts';
import { type CeremonyOptions, openCeremony } from './open-ceremony.ts';
import { type StagedRole, stageRole } from './stage-role.ts';

/**
 * Takes a runbook out of the catalogue: once that is published, no endpoint runs it. Each signer withdraws the same.
 * @throws CatalogueError
 */
export async function withdrawRunbook(
  options: CeremonyOptions & { readonly id: string },
): Promise<StagedRole> {
  const { ceremony, published, targets } = await openCeremony(options);
  const path = targetPathOf(options.id);
  const role = [...published.roles].find(([, { signed }]) => signed.targets[path] !== undefined);
  if (role === undefined)
    throw new CatalogueError(
      'runbook-unknown',
      `${options.id} is not published; see millwright catalogue list`,
    );
  const [name, standing] = role;
  return stageRole(ceremony, {
    delegator: targets,
    role: name,
    published: standing,
    lifetimeMs: lifetimeOf(name, ceremony.offline.lifetimes),
    next: (base) => ({
      targets: Object.fromEntries(Object.entries(base.targets).filter(([other]) => other !== path)),
    }),
  });
}
