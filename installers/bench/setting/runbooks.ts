import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbookFolders, stockRunbooksDir } from '@millwright/controller/installation';
import { Manifest } from '@millwright/shared/runbook';

/**
 * The stock runbooks, copied into `folder`, with the most runs an hour that a manifest may allow and no cool-down: a median needs
 * more runs in a minute than any endpoint should. The scripts are as they are.
 */
export function runbooksForMany(folder: string): string[] {
  cpSync(stockRunbooksDir, folder, { recursive: true });
  // Each names its test by a path that leads out of its folder, and is not signed without one.
  symlinkSync(join(stockRunbooksDir, '..', 'test'), join(folder, '..', 'test'));
  const folders = runbookFolders(folder);
  for (const each of folders) {
    const file = join(each, 'runbook.json');
    const manifest = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
    const limits = { ...manifest.limits, perHour: 60, perDay: 200, cooldownSeconds: 0 };
    writeFileSync(file, JSON.stringify({ ...manifest, limits }));
  }
  return folders;
}

/** The endpoint's own policy that lets as many runs through. */
export const policyForMany = { perHour: 1000, perDay: 1000, allPerHour: 1000 };
