import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type TufKey, tufKeyIdOf } from '@millwright/shared/trust';

/** A TUF key pair. */
export interface Signer {
  readonly id: string;
  readonly key: TufKey;
  readonly privateKey: KeyObject;
}

export function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const key: TufKey = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  return { id: tufKeyIdOf(key), key, privateKey };
}

/** The same key under a name of one's choice. */
export function renamed(signer: Signer, id: string): Signer {
  return { ...signer, id };
}

export function signatureBy(signer: Signer, bytes: Buffer): string {
  return sign(null, bytes, signer.privateKey).toString('hex');
}
