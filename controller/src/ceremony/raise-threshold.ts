import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { newKeyPem } from '../catalogue/private-key.ts';
import { tufKeyOf } from '../catalogue/tuf-document.ts';
import { changeKeys } from './change-keys.ts';
import { type KeyPlan, noChange } from './key-plan.ts';
import { groupOf } from './namespaces.ts';
import { type KeyGroup, keyGroups, offlineFiles } from './offline-folder.ts';
import { type CeremonyOptions, type OpenCeremony, openCeremony } from './open-ceremony.ts';
import type { StagedRole } from './stage-role.ts';

/** Keys that a group has in the catalogue; none where the role is not delegated yet. */
function standingKeys({ published }: OpenCeremony, group: KeyGroup): readonly string[] {
  const top = published.root.signed.roles[group];
  if (top !== undefined) return top.keyIDs;
  const roles = Object.values(published.targets.signed.delegations?.roles ?? {});
  return roles.find(({ name }) => groupOf(name) === group)?.keyIDs ?? [];
}

/**
 * Sets one threshold for every role, and makes in the offline folder what keys that takes. For whoever began alone: the
 * folder is divided among custodians afterwards. Delegates `agent/*` too, where the catalogue is older than that role.
 * @returns what was signed, and the key files that were made
 * @throws CatalogueError
 */
export async function raiseThreshold(
  options: CeremonyOptions & { readonly threshold: number; readonly keys: number },
): Promise<{ readonly roles: readonly StagedRole[]; readonly keyFiles: readonly string[] }> {
  const { threshold, keys: wanted } = options;
  if (threshold < 1 || wanted < threshold || wanted > 16)
    throw new CatalogueError(
      'threshold-impossible',
      `${threshold} of ${wanted} keys cannot work; the threshold is at least 1 and at most the number of keys, which is at most 16`,
    );
  const opened = await openCeremony(options);
  const { offline, files } = opened.ceremony;
  const keyFiles: string[] = [];
  const add: KeyPlan['add'][number][] = [];
  for (const group of keyGroups) {
    const standing = standingKeys(opened, group);
    // A raise that was cut off, or not signed by enough yet, has made keys already: they are the ones meant.
    const made = [...offline.keyFiles].filter(
      ([id, name]) => name.startsWith(`${group}-`) && !standing.includes(id),
    );
    const added = made.slice(0, Math.max(0, wanted - standing.length)).map(([id]) => offline.keys.get(id));
    const taken = new Set(offline.keyFiles.values());
    for (let number = 1; standing.length + added.length < wanted; number += 1) {
      const name = `${group}-${number}.pem`;
      if (taken.has(name)) continue;
      const pem = newKeyPem();
      const file = join(offlineFiles(offline.dir).keys, name);
      await files.write(file, pem, 0o600);
      keyFiles.push(file);
      added.push(createPrivateKey(pem));
    }
    for (const key of added) if (key !== undefined) add.push({ group, key: tufKeyOf(key) });
  }
  const thresholds = Object.fromEntries(keyGroups.map((group) => [group, threshold]));
  return { roles: await changeKeys(options, { ...noChange, add, thresholds }), keyFiles };
}
