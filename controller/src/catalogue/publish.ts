import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import { MAX_FILE_BYTES } from '@millwright/shared/protocol';
import { type Metadata, MetadataKind, type Snapshot, type Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { type DurableFiles, durableFiles } from './durable-files.ts';
import { type CatalogueLayout, catalogueOf, hashedPath } from './layout.ts';
import { Lifetimes } from './lifetimes.ts';
import { parseTrust, trustTarget } from './load-catalogue.ts';
import { type NextRelease, nextRelease, type Waiting } from './next-release.ts';
import { adoptNextKeys, nextOnlineKey, onlineKeyNames, onlineSigners } from './online-keys.ts';
import { snapshotOf, timestampOf } from './online-roles.ts';
import { type Published, readPublished, readRoot, readTarget, sha256Of } from './published.ts';
import { withPublishingLock } from './publishing-lock.ts';
import { beginSwitch, finishSwitch } from './root-switch.ts';
import { stagedFile } from './staged.ts';
import { metadataBytes, parseRoot, parseTargets, readIfThere } from './tuf-document.ts';

export interface PublishOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly files?: DurableFiles;
}

/** What is published now. Times in milliseconds since the epoch. */
export interface PublishResult {
  readonly published: readonly { role: string; version: number }[];
  /** Staged roles that lack signatures still, or wait for others that do: they stay staged. */
  readonly waiting: readonly Waiting[];
  readonly snapshotVersion: number;
  readonly timestampVersion: number;
  /** When the timestamp expires, if nobody refreshes it. */
  readonly timestampExpires: number;
}

async function readLifetimes(layout: CatalogueLayout): Promise<Lifetimes> {
  const bytes = await readIfThere(layout.lifetimes);
  try {
    return Lifetimes.parse(JSON.parse(bytes?.toString('utf8') ?? ''));
  } catch (cause) {
    throw new CatalogueError(
      'metadata-malformed',
      `${layout.lifetimes} is missing or malformed; restore the catalogue from a backup`,
      { cause },
    );
  }
}

/**
 * The next version of what this controller signs: the time in seconds, so that one restored from a backup, whose versions are old,
 * is not refused by endpoints as rolled back.
 */
const versionAfter = (version: number, now: number): number => Math.max(version + 1, Math.floor(now / 1000));

/** What one release carries. */
interface Work extends NextRelease {
  readonly renewSnapshot: boolean;
}

async function writeTargets(
  layout: CatalogueLayout,
  files: DurableFiles,
  metadata: Metadata<Targets>,
): Promise<void> {
  for (const target of Object.values(metadata.signed.targets)) {
    const file = join(layout.targets, hashedPath(target.path, sha256Of(target)));
    const bytes = await readTarget(target, layout.targets, layout.stagedTargets);
    if ((await readIfThere(file)) === null) await files.write(file, bytes);
  }
}

function requireSize(name: string, bytes: Uint8Array): void {
  if (bytes.byteLength > MAX_FILE_BYTES)
    throw new CatalogueError(
      'file-too-large',
      `${name} would have ${bytes.byteLength} bytes, and endpoints read at most ${MAX_FILE_BYTES}; split the namespace`,
    );
}

/** Removes what is published from the staging folder; after a crash, what an earlier release left there too. */
async function clearStaged(
  layout: CatalogueLayout,
  files: DurableFiles,
  { root, targets, roles }: Pick<Published, 'root' | 'targets' | 'roles'>,
): Promise<void> {
  const rootFile = stagedFile(layout, MetadataKind.Root);
  const stagedRoot = await readIfThere(rootFile);
  if (stagedRoot !== null && parseRoot(rootFile, stagedRoot).signed.version <= root.signed.version)
    await files.remove(rootFile);
  for (const [role, { signed }] of [[MetadataKind.Targets, targets] as const, ...roles]) {
    const file = stagedFile(layout, role);
    const bytes = await readIfThere(file);
    if (bytes === null || parseTargets(file, bytes).signed.version > signed.version) continue;
    for (const target of Object.values(signed.targets)) {
      const staged = join(layout.stagedTargets, hashedPath(target.path, sha256Of(target)));
      if ((await readIfThere(staged)) !== null) await files.remove(staged);
    }
    await files.remove(file);
  }
}

/** Keys whose replacement is published come into force. */
async function adoptKeys(
  { dataDir, files = durableFiles }: PublishOptions,
  layout: CatalogueLayout,
  published: Published,
): Promise<void> {
  const trust = await readTarget(trustTarget(published), layout.targets);
  await adoptNextKeys(dataDir, files, published.root, parseTrust(trust));
}

/** Versioned files never change what agents see; the rename of timestamp.json, last of all, switches them. */
async function release(
  options: PublishOptions,
  layout: CatalogueLayout,
  published: Published,
  work: Work,
): Promise<PublishResult> {
  const files = options.files ?? durableFiles;
  const now = options.clock.now();
  const lifetimes = await readLifetimes(layout);
  const { root, targets, ready, waiting, renewSnapshot } = work;
  const isNewRoot = root !== published.root;
  const signers = (name: 'snapshot' | 'timestamp') =>
    onlineSigners(options.dataDir, name, root, published.root);
  const roles = new Map(published.roles);
  for (const { role, metadata } of ready) {
    const bytes = metadataBytes(metadata);
    requireSize(`${role}.json`, bytes);
    if (role !== MetadataKind.Targets) {
      await writeTargets(layout, files, metadata);
      roles.set(role, metadata);
    }
    await files.write(join(layout.metadata, `${metadata.signed.version}.${role}.json`), bytes);
  }

  let snapshot: Metadata<Snapshot> = published.snapshot;
  if (ready.length > 0 || isNewRoot || renewSnapshot) {
    const version = versionAfter(published.snapshot.signed.version, now);
    snapshot = snapshotOf(version, now + lifetimes.snapshot, targets, roles, await signers('snapshot'));
    const bytes = metadataBytes(snapshot);
    requireSize('snapshot.json', bytes);
    await files.write(join(layout.metadata, `${version}.snapshot.json`), bytes);
  }
  const timestampVersion = versionAfter(published.timestamp.signed.version, now);
  const timestampExpires = now + lifetimes.timestamp;
  const timestamp = timestampOf(timestampVersion, timestampExpires, snapshot, await signers('timestamp'));
  if (isNewRoot) {
    requireSize('root.json', metadataBytes(root));
    await beginSwitch(layout, files, root, metadataBytes(timestamp));
    await finishSwitch(layout, files);
  } else await files.write(join(layout.metadata, 'timestamp.json'), metadataBytes(timestamp));

  await adoptKeys(options, layout, { root, targets, roles, snapshot, timestamp });
  await clearStaged(layout, files, { root, targets, roles });
  return {
    published: [
      ...(isNewRoot ? [{ role: MetadataKind.Root, version: root.signed.version }] : []),
      ...ready.map(({ role, metadata }) => ({ role, version: metadata.signed.version })),
    ],
    waiting,
    snapshotVersion: snapshot.signed.version,
    timestampVersion,
    timestampExpires,
  };
}

/**
 * Publishes what is signed by enough: new roles, snapshot and timestamp. A crash leaves the old or the new catalogue.
 * @throws CatalogueError
 */
export async function publish(options: PublishOptions): Promise<PublishResult> {
  const layout = catalogueOf(options.dataDir);
  await readRoot(layout);
  return withPublishingLock(layout.lock, async () => {
    await finishSwitch(layout, options.files ?? durableFiles);
    const published = await readPublished(layout);
    const next = await nextRelease(layout, published);
    return release(options, layout, published, { ...next, renewSnapshot: true });
  });
}

/** Finishes what a publication that was cut off has put in force. For the controller's start. @throws CatalogueError */
export async function finishPublishing(options: PublishOptions): Promise<void> {
  const { dataDir } = options;
  const layout = catalogueOf(dataDir);
  await readRoot(layout);
  const next = await Promise.all(onlineKeyNames.map((name) => nextOnlineKey(dataDir, name)));
  if ((await readIfThere(layout.rootSwitch)) === null && next.every((key) => key === null)) return;
  await withPublishingLock(layout.lock, async () => {
    await finishSwitch(layout, options.files ?? durableFiles);
    await adoptKeys(options, layout, await readPublished(layout));
  });
}

/**
 * Renews the timestamp, and the snapshot once half of its life is over or where `evenSnapshot` says so; what is staged stays
 * staged. For the controller's timer: call it several times within the timestamp's lifetime.
 * @throws CatalogueError
 */
export async function refreshTimestamp({
  evenSnapshot = false,
  ...options
}: PublishOptions & { readonly evenSnapshot?: boolean }): Promise<PublishResult> {
  const layout = catalogueOf(options.dataDir);
  await readRoot(layout);
  return withPublishingLock(layout.lock, async () => {
    await finishSwitch(layout, options.files ?? durableFiles);
    const published = await readPublished(layout);
    const { snapshot } = await readLifetimes(layout);
    const renewSnapshot =
      evenSnapshot || Date.parse(published.snapshot.signed.expires) - options.clock.now() < snapshot / 2;
    return release(options, layout, published, {
      root: published.root,
      targets: published.targets,
      ready: [],
      waiting: [],
      renewSnapshot,
    });
  });
}
