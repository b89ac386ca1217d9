import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { onlineKeysOf } from './layout.ts';
import { readPrivateKey } from './private-key.ts';

/** The keys that a controller holds. */
export type OnlineKey = 'snapshot' | 'timestamp' | 'warrant';

/** @throws CatalogueError when the key is missing, readable by others or broken. */
export function readOnlineKey(dataDir: string, name: OnlineKey): Promise<KeyObject> {
  return readPrivateKey(join(onlineKeysOf(dataDir), `${name}.pem`));
}
