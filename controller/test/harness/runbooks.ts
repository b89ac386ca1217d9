import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@millwright/shared/runbook';
import { signAndPublish, stockRunbooksDir } from '../../src/installation/index.ts';
import type { Installation } from './installation.ts';

/** Publishes a stock runbook with changes to its manifest: as itself, anew, or under another id. */
export async function publishChanged(
  installation: Installation,
  stock: string,
  changes: Partial<Manifest>,
): Promise<void> {
  const { dataDir, clock } = installation;
  const scratch = mkdtempSync(join(tmpdir(), 'millwright-runbook-'));
  try {
    const folder = join(scratch, changes.id ?? stock);
    cpSync(join(stockRunbooksDir, stock), folder, { recursive: true });
    const file = join(folder, 'runbook.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, ...changes }));
    // The linter wants a test; the stock runbook's own does not come along.
    writeFileSync(join(folder, 'test.sh'), 'sh -n check.sh && sh -n fix.sh\n');
    await signAndPublish({ dataDir, offlineDir: join(dataDir, '..', 'offline'), folders: [folder], clock });
  } finally {
    rmSync(scratch, { recursive: true });
  }
  await installation.controller.catalogue.tick();
}
