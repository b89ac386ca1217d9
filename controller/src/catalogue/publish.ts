import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import { MAX_FILE_BYTES } from '@millwright/shared/protocol';
import { type Metadata, MetadataKind, type Snapshot, type Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { type DurableFiles, durableFiles } from './durable-files.ts';
import { type CatalogueLayout, catalogueOf, hashedPath } from './layout.ts';
import { Lifetimes } from './lifetimes.ts';
import { readOnlineKey } from './online-keys.ts';
import { snapshotOf, timestampOf } from './online-roles.ts';
import { type Published, readPublished, readRoot, readTarget, sha256Of } from './published.ts';
import { withPublishingLock } from './publishing-lock.ts';
import { nextTargets, readStaged, type Staged, stagedFile } from './staged.ts';
import { metadataBytes, parseTargets, readIfThere } from './tuf-document.ts';

export interface PublishOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly files?: DurableFiles;
}

/** What is published now. Times in milliseconds since the epoch. */
export interface PublishResult {
  readonly published: readonly { role: string; version: number }[];
  /** Staged roles that still lack signatures: they stay staged. */
  readonly waiting: readonly { role: string; version: number; have: number; need: number }[];
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

/** What one release carries. */
interface Work {
  readonly targets: Metadata<Targets>;
  readonly ready: readonly Staged[];
  readonly waiting: readonly Staged[];
  readonly renewSnapshot: boolean;
}

async function signedWork(layout: CatalogueLayout, published: Published): Promise<Work> {
  const { current: targets, staged } = await nextTargets(layout, published);
  const all: Staged[] = staged === null ? [] : [staged];
  for (const role of Object.keys(targets.signed.delegations?.roles ?? {})) {
    const next = await readStaged(layout, targets, role, published.roles.get(role)?.signed.version ?? 0);
    if (next !== null) all.push(next);
    else if (!published.roles.has(role))
      throw new CatalogueError(
        'metadata-missing',
        `role ${role} is delegated and has no metadata; sign its namespace, then publish`,
      );
  }
  return {
    targets,
    ready: all.filter(({ have, need }) => have >= need),
    waiting: all.filter(({ have, need }) => have < need),
    renewSnapshot: true,
  };
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
  targets: Metadata<Targets>,
  roles: ReadonlyMap<string, Metadata<Targets>>,
): Promise<void> {
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
  const { targets, ready, waiting, renewSnapshot } = work;
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
  if (ready.length > 0 || renewSnapshot) {
    const version = published.snapshot.signed.version + 1;
    snapshot = snapshotOf(
      version,
      now + lifetimes.snapshot,
      targets,
      roles,
      await readOnlineKey(options.dataDir, 'snapshot'),
    );
    const bytes = metadataBytes(snapshot);
    requireSize('snapshot.json', bytes);
    await files.write(join(layout.metadata, `${version}.snapshot.json`), bytes);
  }
  const timestampVersion = published.timestamp.signed.version + 1;
  const timestampExpires = now + lifetimes.timestamp;
  const timestamp = timestampOf(
    timestampVersion,
    timestampExpires,
    snapshot,
    await readOnlineKey(options.dataDir, 'timestamp'),
  );
  await files.write(join(layout.metadata, 'timestamp.json'), metadataBytes(timestamp));

  await clearStaged(layout, files, targets, roles);
  const brief = ({ role, metadata }: Staged): { role: string; version: number } => ({
    role,
    version: metadata.signed.version,
  });
  return {
    published: ready.map(brief),
    waiting: waiting.map((staged) => ({ ...brief(staged), have: staged.have, need: staged.need })),
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
    const published = await readPublished(layout);
    return release(options, layout, published, await signedWork(layout, published));
  });
}

/**
 * Renews the timestamp, and the snapshot once half of its life is over; what is staged stays staged. For the controller's
 * timer: call it several times within the timestamp's lifetime.
 * @throws CatalogueError
 */
export async function refreshTimestamp(options: PublishOptions): Promise<PublishResult> {
  const layout = catalogueOf(options.dataDir);
  await readRoot(layout);
  return withPublishingLock(layout.lock, async () => {
    const published = await readPublished(layout);
    const { snapshot } = await readLifetimes(layout);
    const renewSnapshot = Date.parse(published.snapshot.signed.expires) - options.clock.now() < snapshot / 2;
    return release(options, layout, published, {
      targets: published.targets,
      ready: [],
      waiting: [],
      renewSnapshot,
    });
  });
}
