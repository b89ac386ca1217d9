import { hashOf } from './canonical.ts';

/** A public key as TUF metadata carries it (TUF specification 4.2): for Ed25519, `public` is the raw key in hex. */
export interface TufKey {
  readonly keytype: string;
  readonly scheme: string;
  readonly keyval: { readonly public: string };
}

/**
 * The one id that a key may have in our metadata: the SHA-256, in hex, of its canonical JSON. Both the ceremony and the
 * agent refuse any other, so that one key under two names never makes a threshold of two.
 */
export function tufKeyIdOf({ keytype, scheme, keyval }: TufKey): string {
  return hashOf({ keytype, scheme, keyval: { public: keyval.public } });
}
