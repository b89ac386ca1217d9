import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import { keyIdOf, sha256, TRUST_TARGET, type TrustDocument, tufKeyIdOf } from '@millwright/shared/trust';
import { Metadata, MetadataKind, Root, Targets } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { type DurableFiles, durableFiles } from '../catalogue/durable-files.ts';
import { catalogueLayout, catalogueOf, hashedPath, onlineKeysOf } from '../catalogue/layout.ts';
import { defaultLifetimes, Lifetimes } from '../catalogue/lifetimes.ts';
import { snapshotOf, timestampOf } from '../catalogue/online-roles.ts';
import { newKeyPem } from '../catalogue/private-key.ts';
import { expiryAt, metadataBytes, SPEC_VERSION, signMetadata, tufKeyOf } from '../catalogue/tuf-document.ts';
import {
  AGENT_ROLE,
  defaultNamespaces,
  groupOf,
  ownPatterns,
  patternOfNamespace,
  roleOfNamespace,
  TRUST_ROLE,
} from './namespaces.ts';
import { type KeyGroup, keyGroups, offlineFiles } from './offline-folder.ts';
import { targetOf } from './target-of.ts';

export interface InitOptions {
  readonly dataDir: string;
  /** A folder to make, outside the data folder. */
  readonly offlineDir: string;
  /** Offline signatures that each role needs; 1 when not given. */
  readonly threshold?: number;
  /** Offline keys to make for each group; `threshold` when not given. */
  readonly keys?: number;
  readonly expiries?: Partial<Lifetimes>;
  /** `<platform>/<category>` each; those of the stock runbooks when not given. */
  readonly namespaces?: readonly string[];
  readonly clock: Clock;
  readonly files?: DurableFiles;
}

export interface InitResult {
  /** Offline key files that were made, by group. */
  readonly keyFiles: Readonly<Record<KeyGroup, readonly string[]>>;
  readonly namespaces: readonly string[];
  /** The warrant key's id, as endpoints will know it. */
  readonly warrantKey: string;
  readonly warnings: readonly string[];
  /** What the operator should do now. */
  readonly next: string;
}

const onlineNames = ['snapshot', 'timestamp', 'warrant'] as const;

async function exists(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    return true;
  } catch {
    return false;
  }
}

async function requireFresh(
  { dataDir, offlineDir }: InitOptions,
  unfinished: { offline: string; catalogue: string },
): Promise<void> {
  if (await exists(catalogueOf(dataDir).root))
    throw new CatalogueError(
      'already-initialised',
      `${dataDir} already holds a catalogue; use another data folder, or go on with this one`,
    );
  const within = relative(resolve(dataDir), resolve(offlineDir));
  if (within === '' || (!within.startsWith('..') && resolve(dataDir, within) === resolve(offlineDir)))
    throw new CatalogueError(
      'offline-folder-inside-data',
      `${offlineDir} lies inside ${dataDir}, so a copy of the data would carry the offline keys; choose a folder elsewhere`,
    );
  const keys = (await exists(onlineKeysOf(dataDir))) ? await readdir(onlineKeysOf(dataDir)) : [];
  const leftovers = [
    ...((await exists(unfinished.offline)) ? [unfinished.offline] : []),
    ...((await exists(unfinished.catalogue)) ? [unfinished.catalogue] : []),
    ...onlineNames
      .map((name) => `${name}.pem`)
      .filter((name) => keys.includes(name))
      .map((name) => join(onlineKeysOf(dataDir), name)),
  ];
  if (leftovers.length > 0) {
    const all = (await exists(offlineDir)) ? [...leftovers, offlineDir] : leftovers;
    throw new CatalogueError(
      'init-unfinished',
      `an earlier init did not finish, and nothing it made is in use; remove ${all.join(', ')} and run it again`,
    );
  }
  if (await exists(offlineDir))
    throw new CatalogueError(
      'offline-folder-exists',
      `${offlineDir} exists already; name a folder that does not, so that no keys are overwritten`,
    );
}

function readOptions(options: InitOptions): {
  threshold: number;
  count: number;
  lifetimes: Lifetimes;
  namespaces: readonly string[];
} {
  const threshold = options.threshold ?? 1;
  const count = options.keys ?? threshold;
  if (
    !Number.isInteger(threshold) ||
    !Number.isInteger(count) ||
    threshold < 1 ||
    count < threshold ||
    count > 16
  )
    throw new CatalogueError(
      'threshold-impossible',
      `${threshold} of ${count} keys cannot work; the threshold is at least 1 and at most the number of keys, which is at most 16`,
    );
  const lifetimes = Lifetimes.safeParse({ ...defaultLifetimes, ...options.expiries });
  if (!lifetimes.success) {
    const [issue] = lifetimes.error.issues;
    throw new CatalogueError(
      'lifetime-impossible',
      `expiry of ${issue?.path.join('.') ?? 'a role'}: ${issue?.message ?? 'is not usable'}; give between a second and ten years`,
    );
  }
  return { threshold, count, lifetimes: lifetimes.data, namespaces: options.namespaces ?? defaultNamespaces };
}

const README = (
  threshold: number,
  count: number,
): string => `Millwright's offline keys: ${threshold} of ${count} must sign whatever an endpoint may run.

Take this folder away from the controller: whoever holds ${threshold === 1 ? 'one key' : `${threshold} keys`} of a group and a controller can run anything.
Keep it on removable media, with a copy elsewhere. ${count > 1 ? `Give each custodian a copy with only that one's keys (keys/*-1.pem for the first, ...).` : ''}
Bring it back to sign runbooks, to add a technician, and before what was signed expires (30 days unless set otherwise).

  root.json        the catalogue's root as this folder knows it
  lifetimes.json   how long what is signed here is valid
  keys/            private keys: root, targets, runbooks, trust, agent
  signed/          what was signed with this folder
`;

/**
 * Makes the keys, and a catalogue with no runbooks in it. Everything is made beside its place and moved there, the
 * catalogue last: until that one rename there is none, and a half-made one is named at the next try.
 * @throws CatalogueError
 */
export async function initCatalogue(options: InitOptions): Promise<InitResult> {
  const { dataDir, clock } = options;
  const offlineDir = resolve(options.offlineDir);
  const { threshold, count, lifetimes, namespaces } = readOptions(options);
  const unfinished = {
    offline: `${offlineDir}.unfinished`,
    catalogue: `${catalogueOf(dataDir).root}.unfinished`,
  };
  await requireFresh(options, unfinished);
  const files = options.files ?? durableFiles;
  const now = clock.now();

  const offline = offlineFiles(unfinished.offline);
  await mkdir(offline.keys, { recursive: true, mode: 0o700 });
  const keysOf: Record<KeyGroup, KeyObject[]> = { root: [], targets: [], runbooks: [], trust: [], agent: [] };
  const keyFiles: Record<KeyGroup, string[]> = { root: [], targets: [], runbooks: [], trust: [], agent: [] };
  for (const group of keyGroups) {
    for (let number = 1; number <= count; number += 1) {
      const name = `${group}-${number}.pem`;
      const pem = newKeyPem();
      await files.write(join(offline.keys, name), pem, 0o600);
      keysOf[group].push(createPrivateKey(pem));
      keyFiles[group].push(join(offlineFiles(offlineDir).keys, name));
    }
  }
  const onlinePems = { snapshot: newKeyPem(), timestamp: newKeyPem(), warrant: newKeyPem() };
  const online = {
    snapshot: createPrivateKey(onlinePems.snapshot),
    timestamp: createPrivateKey(onlinePems.timestamp),
    warrant: createPublicKey(onlinePems.warrant),
  };

  const idsOf = (keys: readonly KeyObject[]): string[] => keys.map((key) => tufKeyIdOf(tufKeyOf(key)));
  const tufKeys = (
    keys: readonly KeyObject[],
  ): Record<string, { keytype: string; scheme: string; keyval: { public: string } }> =>
    Object.fromEntries(keys.map((key) => [tufKeyIdOf(tufKeyOf(key)), tufKeyOf(key)]));
  const common = (lifetime: number) => ({
    spec_version: SPEC_VERSION,
    version: 1,
    expires: expiryAt(now + lifetime),
  });
  const role = (keys: readonly KeyObject[]) => ({ keyids: idsOf(keys), threshold });
  const onlineRole = (key: KeyObject) => ({ keyids: idsOf([key]), threshold: 1 });

  const root = new Metadata(
    Root.fromJSON({
      _type: MetadataKind.Root,
      ...common(lifetimes.root),
      consistent_snapshot: true,
      keys: tufKeys([...keysOf.root, ...keysOf.targets, online.snapshot, online.timestamp]),
      roles: {
        root: role(keysOf.root),
        targets: role(keysOf.targets),
        snapshot: onlineRole(online.snapshot),
        timestamp: onlineRole(online.timestamp),
      },
    }),
  );
  for (const key of keysOf.root) signMetadata(root, key);

  const targets = new Metadata(
    Targets.fromJSON({
      _type: MetadataKind.Targets,
      ...common(lifetimes.targets),
      targets: {},
      delegations: {
        keys: tufKeys([...keysOf.trust, ...keysOf.agent, ...keysOf.runbooks]),
        roles: [
          ...([TRUST_ROLE, AGENT_ROLE] as const).map((name) => ({
            name,
            paths: [ownPatterns[name]],
            terminating: true,
            ...role(keysOf[name]),
          })),
          ...namespaces.map((namespace) => ({
            name: roleOfNamespace(namespace),
            paths: [patternOfNamespace(namespace)],
            terminating: true,
            ...role(keysOf.runbooks),
          })),
        ],
      },
    }),
  );
  for (const key of keysOf.targets) signMetadata(targets, key);

  const trust: TrustDocument = {
    schema: 1,
    warrantKeys: [
      {
        keyid: keyIdOf(online.warrant),
        spki: online.warrant.export({ type: 'spki', format: 'der' }).toString('base64'),
      },
    ],
    technicians: [],
  };
  const trustBytes = Buffer.from(JSON.stringify(trust));
  const delegated = new Map<string, Metadata<Targets>>();
  for (const name of Object.keys(targets.signed.delegations?.roles ?? {})) {
    const isTrust = name === TRUST_ROLE;
    const signed = new Metadata(
      Targets.fromJSON({
        _type: MetadataKind.Targets,
        ...common(isTrust ? lifetimes.trust : lifetimes.namespace),
        targets: isTrust ? { [TRUST_TARGET]: targetOf(trustBytes) } : {},
      }),
    );
    for (const key of keysOf[groupOf(name)]) signMetadata(signed, key);
    delegated.set(name, signed);
  }

  const made = catalogueLayout(unfinished.catalogue);
  const snapshot = snapshotOf(1, now + lifetimes.snapshot, targets, delegated, [online.snapshot]);
  const timestamp = timestampOf(1, now + lifetimes.timestamp, snapshot, [online.timestamp]);
  await files.write(join(made.targets, hashedPath(TRUST_TARGET, sha256(trustBytes))), trustBytes);
  for (const [name, metadata] of delegated)
    await files.write(join(made.metadata, `1.${name}.json`), metadataBytes(metadata));
  await files.write(join(made.metadata, '1.root.json'), metadataBytes(root));
  await files.write(join(made.metadata, '1.targets.json'), metadataBytes(targets));
  await files.write(join(made.metadata, '1.snapshot.json'), metadataBytes(snapshot));
  await files.write(join(made.metadata, 'timestamp.json'), metadataBytes(timestamp));
  await files.write(made.lifetimes, `${JSON.stringify(lifetimes, null, 2)}\n`);

  await files.write(offline.root, metadataBytes(root));
  await files.write(offline.lifetimes, `${JSON.stringify(lifetimes, null, 2)}\n`);
  await files.write(offline.readme, README(threshold, count));
  await files.move(unfinished.offline, offlineDir);
  await mkdir(onlineKeysOf(dataDir), { recursive: true, mode: 0o700 });
  await chmod(onlineKeysOf(dataDir), 0o700);
  for (const name of onlineNames)
    await files.write(join(onlineKeysOf(dataDir), `${name}.pem`), onlinePems[name], 0o600);
  await files.move(unfinished.catalogue, catalogueOf(dataDir).root);

  return {
    keyFiles,
    namespaces,
    warrantKey: keyIdOf(online.warrant),
    warnings:
      threshold === 1
        ? [
            `One offline key is enough to sign: fine for trying Millwright alone, not for a fleet. Before real endpoints enrol, raise it: millwright catalogue keys raise --threshold 2 --keys 3.`,
          ]
        : [],
    next: `Take ${offlineDir} away from this machine (removable media, and a copy elsewhere). Bring it back to sign runbooks and to add technicians.`,
  };
}
