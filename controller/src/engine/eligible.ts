import type { Reader, Writer } from '../store/index.ts';
import type { CatalogueView, PublishedRunbook } from './ports.ts';
import type { AlertBehind } from './remediations.ts';

/** The published runbooks that remedy an alert's condition on its platform, without those that proved unsuitable for it. */
export async function eligibleFor(
  db: Reader | Writer,
  catalogue: CatalogueView,
  { id, condition, platform }: AlertBehind,
): Promise<readonly PublishedRunbook[]> {
  const unsuitable = await db
    .selectFrom('remediations')
    .select('runbook')
    .where('alert', '=', id)
    .where('state', '=', 'unsuitable')
    .execute();
  return catalogue
    .runbooks()
    .filter(
      ({ manifest }) =>
        manifest.conditions.includes(condition) &&
        manifest.platforms.some((known) => known === platform) &&
        !unsuitable.some(({ runbook }) => runbook === manifest.id),
    );
}
