import { sha256 } from '@millwright/shared/trust';

/** A target as metadata describes it: its length in bytes and its hash. */
export function targetOf(bytes: Uint8Array): { length: number; hashes: { sha256: string } } {
  return { length: bytes.byteLength, hashes: { sha256: sha256(bytes) } };
}
