import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { keyIdOf } from '@millwright/shared/trust';
import { CatalogueError, loadCatalogue, readOnlineKey } from '../../catalogue/index.ts';
import { tlsDir } from '../../installation/index.ts';
import { type Check, failed, ok, warning } from '../finding.ts';

/** The controller's keys are there, hidden from others, and the warrant key is the one that endpoints trust. */
export const onlineKeys: Check = {
  name: 'keys',
  async examine({ dataDir }) {
    try {
      await readOnlineKey(dataDir, 'snapshot');
      await readOnlineKey(dataDir, 'timestamp');
      const warrant = keyIdOf(await readOnlineKey(dataDir, 'warrant'));
      const { trust } = await loadCatalogue(dataDir);
      if (!trust.warrantKeys.some(({ keyid }) => keyid === warrant))
        return [
          failed(
            `the warrant key (${warrant.slice(0, 12)}…) is not one that the catalogue trusts: endpoints refuse all work`,
            'restore keys/warrant.pem from a backup',
          ),
        ];
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      return [failed(error.message, 'do that, then run millwright doctor again')];
    }
    const caKey = join(tlsDir(dataDir), 'ca.key');
    if (process.platform !== 'win32' && existsSync(caKey) && (statSync(caKey).mode & 0o077) !== 0)
      return [failed(`${caKey} can be read by others`, `run: chmod 600 ${caKey}`)];
    return [ok('present, hidden from others, and trusted by the catalogue')];
  },
};

/** Whether a folder looks like one that `init` made for the offline keys and has private keys in it. */
function holdsOfflineKeys(folder: string): boolean {
  try {
    return readdirSync(join(folder, 'keys')).some((name) =>
      /^(root|targets|runbooks|trust)-\d+\.pem$/.test(name),
    );
  } catch {
    // No such folder, or none that we may look into: no keys that a thief of this account gets.
    return false;
  }
}

/** The offline keys were taken away: beside the controller they protect nothing. */
export const offlineKeys: Check = {
  name: 'offline keys',
  async examine({ dataDir }) {
    const inside = resolve(dataDir);
    const beside = dirname(inside);
    const folders = [inside, beside].flatMap((parent) => [
      parent,
      ...readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(parent, entry.name)),
    ]);
    const found = [...new Set(folders)].filter(holdsOfflineKeys);
    if (found.length === 0) return [ok('none lies in or beside the data folder')];
    return found.map((folder) =>
      warning(
        `${folder} holds offline keys: whoever takes this machine can sign`,
        'move that folder to removable media, and delete it here',
      ),
    );
  },
};
