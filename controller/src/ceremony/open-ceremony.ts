import { resolve } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import type { Metadata, Targets } from '@tufjs/models';
import { type DurableFiles, durableFiles } from '../catalogue/durable-files.ts';
import { catalogueOf } from '../catalogue/layout.ts';
import { type Published, readPublished } from '../catalogue/published.ts';
import { nextTargets } from '../catalogue/staged.ts';
import { metadataBytes } from '../catalogue/tuf-document.ts';
import { offlineFiles, openOfflineFolder } from './offline-folder.ts';
import type { Ceremony } from './stage-role.ts';

/** What every ceremony after init is told. */
export interface CeremonyOptions {
  readonly dataDir: string;
  readonly offlineDir: string;
  readonly clock: Clock;
  /** The signer's name, kept in the offline folder's record. */
  readonly by?: string;
  /** Replace a version that others began and did not complete, where it differs. */
  readonly replace?: boolean;
  readonly files?: DurableFiles;
}

/** A ceremony with the catalogue as the offline folder's own root vouches for it. */
export interface OpenCeremony {
  readonly ceremony: Ceremony;
  readonly published: Published;
  /** The top role that will be in force: a staged one where that is complete. */
  readonly targets: Metadata<Targets>;
}

/**
 * Opens both folders. The chain of trust starts at the root in the offline folder, not at the controller's, and the folder
 * keeps the newest root that it led to: no controller can lead its holder back behind that.
 */
export async function openCeremony(options: CeremonyOptions): Promise<OpenCeremony> {
  const layout = catalogueOf(options.dataDir);
  const offline = await openOfflineFolder(resolve(options.offlineDir));
  const published = await readPublished(layout, offline.root);
  const { current: targets } = await nextTargets(layout, published);
  const files = options.files ?? durableFiles;
  if (published.root.signed.version > offline.root.signed.version)
    await files.write(offlineFiles(offline.dir).root, metadataBytes(published.root));
  const ceremony = {
    layout,
    offline,
    files,
    clock: options.clock,
    by: options.by ?? 'unnamed',
    replace: options.replace ?? false,
  };
  return { ceremony, published, targets };
}
