import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@millwright/shared/trust';
import { catalogueOf } from '../catalogue/layout.ts';
import { parseTrust, trustTarget } from '../catalogue/load-catalogue.ts';
import { readPublished, readTarget } from '../catalogue/published.ts';
import { holdersOf } from './holders.ts';
import { openOfflineFolder } from './offline-folder.ts';

/** One key that counts for a role. */
export interface ListedKey {
  readonly keyid: string;
  readonly holder: string | null;
  /** Its file in the offline folder at hand, where one is. */
  readonly file: string | null;
}

/** A role, who signs it, and until when what stands in it is good (milliseconds since the epoch). */
export interface ListedRole {
  readonly role: string;
  readonly version: number;
  readonly threshold: number;
  readonly expiresAt: number;
  readonly keys: readonly ListedKey[];
}

/** Who signs what, as published. @throws CatalogueError */
export async function listKeys(options: { readonly dataDir: string; readonly offlineDir?: string }): Promise<{
  readonly roles: readonly ListedRole[];
  readonly warrantKeys: readonly string[];
  /** SHA-256 of the first root: what people compare before they trust it. */
  readonly rootFingerprint: string;
}> {
  const layout = catalogueOf(options.dataDir);
  const published = await readPublished(layout);
  const files =
    options.offlineDir === undefined ? undefined : (await openOfflineFolder(options.offlineDir)).keyFiles;
  const { root, targets, snapshot, timestamp } = published;
  const holders = { ...holdersOf(root.signed), ...holdersOf(targets.signed.delegations) };
  const listed = (
    role: string,
    { signed }: { signed: { version: number; expires: string } },
    signers: { keyIDs: readonly string[]; threshold: number } | undefined,
  ): ListedRole => ({
    role,
    version: signed.version,
    threshold: signers?.threshold ?? 0,
    expiresAt: Date.parse(signed.expires),
    keys: (signers?.keyIDs ?? []).map((keyid) => ({
      keyid,
      holder: holders[keyid] ?? null,
      file: files?.get(keyid) ?? null,
    })),
  });
  const { roles } = root.signed;
  const trust = parseTrust(await readTarget(trustTarget(published), layout.targets));
  const first = await readFile(join(layout.metadata, '1.root.json'));
  return {
    rootFingerprint: sha256(first),
    roles: [
      listed('root', root, roles.root),
      listed('targets', targets, roles.targets),
      ...[...published.roles].map(([name, metadata]) =>
        listed(name, metadata, targets.signed.delegations?.roles?.[name]),
      ),
      listed('snapshot', snapshot, roles.snapshot),
      listed('timestamp', timestamp, roles.timestamp),
    ],
    warrantKeys: trust.warrantKeys.map(({ keyid }) => keyid),
  };
}
