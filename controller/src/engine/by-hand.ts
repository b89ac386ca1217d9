import type { Writer } from '../store/index.ts';
import type { EngineParts } from './ports.ts';

/** How long after a warrant's expiry the end of what it started may still come, beside the steps' own limits. Milliseconds. */
const graceMs = 120_000;

/** Gives up runs that a technician ordered by hand and whose end never came: no remediation has a deadline for them. */
export async function giveUpByHand({
  store,
  clock,
  catalogue,
}: Pick<EngineParts, 'store' | 'clock' | 'catalogue'>): Promise<boolean> {
  const overdue = async (db: Writer | EngineParts['store']['read']): Promise<string[]> => {
    const open = await db
      .selectFrom('runs')
      .select(['warrant', 'runbook', 'expiresAt'])
      .where('ticket', 'is', null)
      .where('remediation', 'is', null)
      .where('state', 'not in', ['ended', 'lost'])
      .execute();
    return open.flatMap(({ warrant, runbook, expiresAt }) => {
      const published = catalogue.runbooks().find(({ manifest }) => manifest.id === runbook);
      const steps = published === undefined ? [] : Object.values(published.manifest.steps);
      const seconds = steps.reduce((sum, step) => sum + (step?.timeoutSeconds ?? 0), 0);
      return expiresAt + seconds * 1000 + graceMs < clock.now() ? [warrant] : [];
    });
  };
  if ((await overdue(store.read)).length === 0) return false;
  await store.write(async (tx) =>
    tx
      .updateTable('runs')
      .set({ state: 'lost' })
      .where('warrant', 'in', await overdue(tx))
      .execute(),
  );
  return true;
}
