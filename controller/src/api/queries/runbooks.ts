import type { Mode, RunbookSummary } from '@millwright/shared/api';
import { modeOf } from '../../engine/circumstances.ts';
import type { Reader } from '../../store/index.ts';
import type { CataloguePort } from '../catalogue-port.ts';

/** The published runbooks by id, with how far each is trusted. */
export async function runbooks(
  db: Reader,
  catalogue: Pick<CataloguePort, 'runbooks'>,
): Promise<RunbookSummary[]> {
  const modes = new Map<string, Record<string, Mode>>();
  for (const { runbook, client, mode } of await db.selectFrom('modes').selectAll().execute())
    modes.set(runbook, { ...modes.get(runbook), [client]: mode });
  const summaries = catalogue.runbooks().map(async ({ manifest }) => {
    const own = modes.get(manifest.id);
    return {
      id: manifest.id,
      version: manifest.version,
      title: manifest.title,
      summary: manifest.summary,
      class: manifest.class,
      platforms: manifest.platforms,
      conditions: manifest.conditions,
      modes: { ...own, '*': own?.['*'] ?? (await modeOf(db, manifest.id, '*')) },
    };
  });
  return (await Promise.all(summaries)).sort((a, b) => (a.id < b.id ? -1 : 1));
}
