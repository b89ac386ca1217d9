import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type TufKey, tufKeyIdOf } from '@millwright/shared/trust';
import {
  Metadata,
  MetadataKind,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { z } from 'zod';
import { CatalogueError } from './catalogue-error.ts';

/** The version of the TUF specification that our metadata follows. */
export const SPEC_VERSION = '1.0.31';

const Json = z.record(z.string(), z.json());

/** Lengths of an Ed25519 key's SPKI encoding: 12 octets of header, then the raw key. */
const ED25519_HEADER = 12;

/** The public half of an Ed25519 key as TUF metadata carries it. */
export function tufKeyOf(key: KeyObject): TufKey {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new CatalogueError(
      'key-unusable',
      `the catalogue is signed with Ed25519 keys; this one is ${key.asymmetricKeyType ?? key.type}`,
    );
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(ED25519_HEADER);
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw.toString('hex') } };
}

/** Adds a signature to metadata. */
export function signMetadata(
  metadata: Metadata<Root | Targets | Snapshot | Timestamp>,
  key: KeyObject,
): void {
  const keyID = tufKeyIdOf(tufKeyOf(key));
  metadata.sign((data) => new Signature({ keyID, sig: sign(null, data, key).toString('hex') }));
}

/** The bytes that are published: deterministic, so that the same metadata is the same file. */
export function metadataBytes(metadata: Metadata<Root | Targets | Snapshot | Timestamp>): Buffer {
  return Buffer.from(`${JSON.stringify(metadata.toJSON())}\n`);
}

/** An expiry as TUF writes it: UTC, to the second. */
export function expiryAt(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function decode<T>(what: string, bytes: Buffer, make: (value: z.infer<typeof Json>) => T): T {
  try {
    return make(Json.parse(JSON.parse(bytes.toString('utf8'))));
  } catch (cause) {
    throw new CatalogueError(
      'metadata-malformed',
      `${what} is not TUF metadata; restore the catalogue from a backup`,
      { cause },
    );
  }
}

export const parseRoot = (what: string, bytes: Buffer): Metadata<Root> =>
  decode(what, bytes, (value) => Metadata.fromJSON(MetadataKind.Root, value));
export const parseTargets = (what: string, bytes: Buffer): Metadata<Targets> =>
  decode(what, bytes, (value) => Metadata.fromJSON(MetadataKind.Targets, value));
export const parseSnapshot = (what: string, bytes: Buffer): Metadata<Snapshot> =>
  decode(what, bytes, (value) => Metadata.fromJSON(MetadataKind.Snapshot, value));
export const parseTimestamp = (what: string, bytes: Buffer): Metadata<Timestamp> =>
  decode(what, bytes, (value) => Metadata.fromJSON(MetadataKind.Timestamp, value));

/** A file's bytes, or null where there is none. */
export async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR')
    )
      return null;
    throw error;
  }
}
