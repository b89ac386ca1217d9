import { mkdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '@millwright/shared/clock';
import { sha256 } from '@millwright/shared/trust';
import { type TargetFile, Updater } from 'tuf-js';
import type { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { replaceFile } from './durable-file.ts';
import type { FetchFile } from './file-source.ts';
import { METADATA_URL, MemoryFetcher } from './memory-fetcher.ts';

export interface TufClientOptions {
  /** Folder for trusted metadata and verified targets; made where it does not exist. */
  readonly folder: string;
  /** The root that enrolment pinned, as its JSON text. */
  readonly pinnedRoot: string;
  readonly fetchFile: FetchFile;
  readonly clock: Clock;
}

/** What a refresh has verified. Targets are looked up in this state of the catalogue and in no other. */
export interface VerifiedCatalogue {
  readonly root: TrustedMetadataStore['root']['signed'];
  /** A verified targets role by name, once it was needed. */
  role(name: string): VerifiedRole | undefined;
  /** Where a target is described. Undefined where no trusted role names it. */
  find(path: string): Promise<TargetFile | undefined>;
  /** The target's verified bytes, from the cache where they still verify. */
  read(target: TargetFile): Promise<Buffer>;
}
export type VerifiedRole = NonNullable<TrustedMetadataStore['targets']>['signed'];

/** The TUF client workflow (specification 1.0, section 5) by tuf-js, with our clock, our link and durable metadata. */
export class TufClient {
  readonly #options: TufClientOptions;
  readonly #metadataDir: string;
  readonly #targetsDir: string;

  constructor(options: TufClientOptions) {
    this.#options = options;
    this.#metadataDir = join(options.folder, 'metadata');
    this.#targetsDir = join(options.folder, 'targets');
    for (const folder of [this.#metadataDir, this.#targetsDir])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * One full refresh by a new `Updater`, which by design lives for one.
   * @throws LinkFailure where the source could not be asked; else what tuf-js refuses.
   */
  async refresh(): Promise<VerifiedCatalogue> {
    const fetcher = new MemoryFetcher(this.#options.fetchFile);
    const updater = this.#updater(fetcher);
    await unlessLinkFailed(fetcher, updater.refresh());
    const trusted: TrustedMetadataStore = updater['trustedSet'];
    return {
      root: trusted.root.signed,
      role: (name) => trustedTargets(trusted, name),
      find: (path) => unlessLinkFailed(fetcher, updater.getTargetInfo(path)),
      read: (target) => unlessLinkFailed(fetcher, this.#read(target, trusted, fetcher)),
    };
  }

  #updater(fetcher: MemoryFetcher): Updater {
    const updater = this.#startUpdater(fetcher);
    // tuf-js offers no way to give it a clock or to write its metadata so that a crash cannot tear it; these two members
    // are private to TypeScript only, and the version of tuf-js is pinned.
    updater['trustedSet']['referenceTime'] = new Date(this.#options.clock.now());
    updater['persistMetadata'] = (name: string, bytes: Buffer): void => {
      replaceFile(join(this.#metadataDir, `${encodeURIComponent(name)}.json`), bytes);
    };
    return updater;
  }

  #startUpdater(fetcher: MemoryFetcher): Updater {
    const start = (): Updater =>
      new Updater({ metadataDir: this.#metadataDir, metadataBaseUrl: METADATA_URL, fetcher });
    try {
      return start();
    } catch {
      // No root yet, or one that a failing disk has damaged: the chain of roots starts again at the pinned one.
      replaceFile(join(this.#metadataDir, 'root.json'), Buffer.from(this.#options.pinnedRoot));
      return start();
    }
  }

  async #read(target: TargetFile, trusted: TrustedMetadataStore, fetcher: MemoryFetcher): Promise<Buffer> {
    const cacheFile = join(this.#targetsDir, sha256(Buffer.from(target.path)));
    const cached = await verifiedOrNothing(target, readIfThere(cacheFile));
    if (cached !== undefined) return cached;
    const bytes = await fetcher.fetch(`targets/${publishedPath(target, trusted)}`, target.length);
    await target.verify(Readable.from([bytes]));
    replaceFile(cacheFile, bytes);
    return bytes;
  }
}

/** The source of the catalogue's files could not be asked. */
export class LinkFailure extends Error {
  override readonly name = 'LinkFailure';
}

async function unlessLinkFailed<T>(fetcher: MemoryFetcher, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (fetcher.linkFailure === undefined) throw error;
    throw new LinkFailure(fetcher.linkFailure.message, { cause: fetcher.linkFailure });
  }
}

/** `getRole` also answers for root, timestamp and snapshot, which are no targets roles. */
function trustedTargets(trusted: TrustedMetadataStore, name: string): VerifiedRole | undefined {
  const signed = trusted.getRole(name)?.signed;
  return signed !== undefined && 'targets' in signed ? signed : undefined;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    // Whatever keeps the cache from being read, the target is fetched again.
    return undefined;
  }
}

async function verifiedOrNothing(target: TargetFile, bytes: Buffer | undefined): Promise<Buffer | undefined> {
  if (bytes === undefined) return undefined;
  try {
    await target.verify(Readable.from([bytes]));
    return bytes;
  } catch {
    // An older version, or bytes that someone changed: only what verifies counts.
    return undefined;
  }
}

/** A target's file: under consistent snapshots its hash stands before its base name (specification 6.2). */
function publishedPath(target: TargetFile, trusted: TrustedMetadataStore): string {
  if (!trusted.root.signed.consistentSnapshot) return target.path;
  const { dir, base } = posix.parse(target.path);
  return posix.join(dir, `${Object.values(target.hashes)[0] ?? ''}.${base}`);
}
