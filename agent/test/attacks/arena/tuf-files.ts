import { posix } from 'node:path';
import { sha256 } from '@millwright/shared/trust';
import {
  Metadata,
  MetadataKind,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { type Signer, signatureBy } from './signer.ts';

/** What a repository serves, by path. */
export type Files = Map<string, Buffer>;

export interface Role {
  readonly signers: readonly Signer[];
  readonly threshold: number;
}

export interface Delegation extends Role {
  readonly name: string;
  readonly paths: readonly string[];
  readonly terminating?: boolean;
}

const dayMs = 86_400_000;
export const inDays = (now: number, days: number): string => new Date(now + days * dayMs).toISOString();

const common = (version: number, expires: string) => ({ spec_version: '1.0.31', version, expires });
const keysOf = (roles: readonly Role[]) =>
  Object.fromEntries(
    roles.flatMap(({ signers }) => signers.map(({ id, key }) => [id, { ...key, keyval: { ...key.keyval } }])),
  );

function signed(
  metadata: Metadata<Root | Targets | Snapshot | Timestamp>,
  signers: readonly Signer[],
): Buffer {
  for (const signer of signers)
    metadata.sign((bytes) => new Signature({ keyID: signer.id, sig: signatureBy(signer, bytes) }));
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}

export function rootFile(
  version: number,
  expires: string,
  roles: Readonly<Record<'root' | 'targets' | 'snapshot' | 'timestamp', Role>>,
  signers: readonly Signer[],
): Buffer {
  const root = Metadata.fromJSON(MetadataKind.Root, {
    signed: {
      _type: 'root',
      ...common(version, expires),
      consistent_snapshot: true,
      keys: keysOf(Object.values(roles)),
      roles: Object.fromEntries(
        Object.entries(roles).map(([name, role]) => [
          name,
          { keyids: role.signers.map(({ id }) => id), threshold: role.threshold },
        ]),
      ),
    },
    signatures: [],
  });
  return signed(root, signers);
}

export interface TargetsContent {
  readonly version: number;
  readonly expires: string;
  readonly targets?: ReadonlyMap<string, Buffer>;
  readonly delegations?: readonly Delegation[];
}

export function targetsFile(content: TargetsContent, signers: readonly Signer[]): Buffer {
  const { delegations } = content;
  const described = [...(content.targets ?? [])].map(([path, bytes]) => [
    path,
    { length: bytes.length, hashes: { sha256: sha256(bytes) } },
  ]);
  const targets = Metadata.fromJSON(MetadataKind.Targets, {
    signed: {
      _type: 'targets',
      ...common(content.version, content.expires),
      targets: Object.fromEntries(described),
      ...(delegations && {
        delegations: {
          keys: keysOf(delegations),
          roles: delegations.map(({ name, paths, signers: holders, threshold, terminating = true }) => ({
            name,
            paths: [...paths],
            keyids: holders.map(({ id }) => id),
            threshold,
            terminating,
          })),
        },
      }),
    },
    signatures: [],
  });
  return signed(targets, signers);
}

/** Puts a target where a consistent snapshot serves it. */
export function serveTarget(files: Files, path: string, bytes: Buffer): void {
  files.set(targetPath(path, bytes), bytes);
}

export function targetPath(path: string, bytes: Buffer): string {
  const { dir, base } = posix.parse(path);
  return `targets/${posix.join(dir, `${sha256(bytes)}.${base}`)}`;
}

/** The two keys that a controller holds: a new snapshot of whatever lies in `files`, and a timestamp of it. */
export interface OnlineKeys {
  readonly snapshot: Signer;
  readonly timestamp: Signer;
}

export function signOnline(files: Files, keys: OnlineKeys, version: number, now: number): void {
  const versions: Record<string, { version: number }> = {};
  for (const path of files.keys()) {
    const [, number, role] = /^metadata\/(\d+)\.(.+)\.json$/.exec(path) ?? [];
    if (number === undefined || role === undefined || role === 'root' || role === 'snapshot') continue;
    versions[`${role}.json`] = { version: Math.max(Number(number), versions[`${role}.json`]?.version ?? 0) };
  }
  const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, {
    signed: { _type: 'snapshot', ...common(version, inDays(now, 7)), meta: versions },
    signatures: [],
  });
  const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, {
    signed: {
      _type: 'timestamp',
      ...common(version, inDays(now, 1)),
      meta: { 'snapshot.json': { version } },
    },
    signatures: [],
  });
  files.set(`metadata/${version}.snapshot.json`, signed(snapshot, [keys.snapshot]));
  files.set('metadata/timestamp.json', signed(timestamp, [keys.timestamp]));
}
