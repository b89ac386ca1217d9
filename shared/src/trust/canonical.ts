import { createHash } from 'node:crypto';
import { json } from '@sigstore/core';

/** SHA-256, in hex, of a value's canonical JSON. */
export function hashOf(value: object): string {
  return sha256(Buffer.from(json.canonicalize(value)));
}

/** SHA-256 of bytes, in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
