import { randomBytes } from 'node:crypto';
import { sha256 } from '@millwright/shared/trust';

/** 256 random bits in base64url (43 characters): a session, a sign-in link's code, an API token. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a secret, and looked up. A plain hash serves: the secret is random, so it cannot be guessed from its
 * hash, and the time that a look-up by hash takes tells nothing of the secret.
 */
export function hashSecret(secret: string): string {
  return sha256(Buffer.from(secret));
}
