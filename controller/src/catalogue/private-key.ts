import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { CatalogueError } from './catalogue-error.ts';
import { readIfThere } from './tuf-document.ts';

/** A new Ed25519 private key in PKCS#8 PEM. */
export function newKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Reads a private key that only its owner can read. */
export async function readPrivateKey(file: string): Promise<KeyObject> {
  const bytes = await readIfThere(file);
  if (bytes === null) throw new CatalogueError('key-missing', `${file} is missing; restore it from a backup`);
  // Windows guards files by ACL, which the mode does not show.
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    throw new CatalogueError('key-exposed', `${file} can be read by others; run: chmod 600 ${file}`);
  try {
    return createPrivateKey(bytes);
  } catch (cause) {
    throw new CatalogueError(
      'key-unusable',
      `${file} does not hold a private key in PKCS#8 PEM; restore it from a backup`,
      { cause },
    );
  }
}
