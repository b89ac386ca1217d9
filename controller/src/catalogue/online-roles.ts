import type { KeyObject } from 'node:crypto';
import { sha256 } from '@millwright/shared/trust';
import { Metadata, MetadataKind, Snapshot, type Targets, Timestamp } from '@tufjs/models';
import { expiryAt, metadataBytes, SPEC_VERSION, signMetadata } from './tuf-document.ts';

function metaOf(metadata: Metadata<Targets | Snapshot>): {
  version: number;
  length: number;
  hashes: { sha256: string };
} {
  const bytes = metadataBytes(metadata);
  return { version: metadata.signed.version, length: bytes.length, hashes: { sha256: sha256(bytes) } };
}

/** The snapshot of these roles, signed. `expires` in milliseconds since the epoch. */
export function snapshotOf(
  version: number,
  expires: number,
  targets: Metadata<Targets>,
  roles: ReadonlyMap<string, Metadata<Targets>>,
  keys: readonly KeyObject[],
): Metadata<Snapshot> {
  const meta = Object.fromEntries([...roles].map(([name, metadata]) => [`${name}.json`, metaOf(metadata)]));
  const snapshot = new Metadata(
    Snapshot.fromJSON({
      _type: MetadataKind.Snapshot,
      spec_version: SPEC_VERSION,
      version,
      expires: expiryAt(expires),
      meta: { 'targets.json': metaOf(targets), ...meta },
    }),
  );
  for (const key of keys) signMetadata(snapshot, key);
  return snapshot;
}

/** The timestamp of this snapshot, signed. `expires` in milliseconds since the epoch. */
export function timestampOf(
  version: number,
  expires: number,
  snapshot: Metadata<Snapshot>,
  keys: readonly KeyObject[],
): Metadata<Timestamp> {
  const timestamp = new Metadata(
    Timestamp.fromJSON({
      _type: MetadataKind.Timestamp,
      spec_version: SPEC_VERSION,
      version,
      expires: expiryAt(expires),
      meta: { 'snapshot.json': metaOf(snapshot) },
    }),
  );
  for (const key of keys) signMetadata(timestamp, key);
  return timestamp;
}
