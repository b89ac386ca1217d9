import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { dsse } from '@sigstore/core';
import type { Envelope } from './envelope-shape.ts';

/** A key's id: the SHA-256 of its SubjectPublicKeyInfo (DER), in hex. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** The algorithm that a key implies: the key decides, never the message. */
function digestFor(key: KeyObject): null | 'sha256' {
  if (key.asymmetricKeyType === 'ed25519') return null;
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return 'sha256';
  throw new TypeError(`keys of type ${key.asymmetricKeyType ?? key.type} are not used for signatures`);
}

/** Checks one detached signature. ECDSA signatures are DER. False for any malformed signature. */
export function verifySignature(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(digestFor(key), message, key, signature);
}

/** Signs `payload` into a new envelope, or adds a signature to one over the same payload. */
export function signEnvelope(
  payloadType: string,
  payload: Buffer,
  key: KeyObject,
  onto?: Envelope,
): Envelope {
  const message = dsse.preAuthEncoding(payloadType, payload);
  const signature = { keyid: keyIdOf(key), sig: sign(digestFor(key), message, key).toString('base64') };
  const others = (onto?.signatures ?? []).filter((other) => other.keyid !== signature.keyid);
  return { payloadType, payload: payload.toString('base64'), signatures: [...others, signature] };
}

/** The payload's bytes, and the ids among `keys` whose signature over exactly these bytes is good. */
export function verifyEnvelope(
  envelope: Envelope,
  payloadType: string,
  keys: ReadonlyMap<string, KeyObject>,
): { payload: Buffer; signers: ReadonlySet<string> } {
  const payload = Buffer.from(envelope.payload, 'base64');
  const signers = new Set<string>();
  if (envelope.payloadType !== payloadType) return { payload, signers };
  const message = dsse.preAuthEncoding(payloadType, payload);
  for (const { keyid, sig } of envelope.signatures) {
    const key = keys.get(keyid);
    if (key !== undefined && verifySignature(key, message, Buffer.from(sig, 'base64'))) signers.add(keyid);
  }
  return { payload, signers };
}
