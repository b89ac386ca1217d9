import { posix } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '@millwright/shared/clock';
import { sha256 } from '@millwright/shared/trust';
import { type TargetFile, Updater } from 'tuf-js';
import type { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { type Asked, askFor, fetchAfter } from './asked.ts';
import type { FetchFile } from './file-source.ts';
import { KeepFailure, type KeptFiles } from './kept-files.ts';
import { METADATA_URL, MemoryFetcher } from './memory-fetcher.ts';

export interface TufClientOptions {
  /** Where trusted metadata and verified targets are kept. */
  readonly files: KeptFiles;
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
  #last: Verified | undefined;

  constructor(options: TufClientOptions) {
    this.#options = options;
  }

  /** Sends for what a refresh looks at first. Undefined before the first refresh, when it is not known what that is. */
  ask(): Asked | undefined {
    return this.#last && askFor(this.#options.fetchFile, this.#last.trusted.root.signed.version);
  }

  /**
   * What was verified last, itself, where the source has no newer root, the timestamp is the same to the byte, and nothing has
   * expired: the same signatures over the same bytes by the same keys are not checked twice. Else one full refresh by a new
   * `Updater`, which by design lives for one.
   * @throws LinkFailure where the source could not be asked; KeepFailure where the disk failed; else what tuf-js refuses.
   */
  async refresh(asked?: Asked): Promise<VerifiedCatalogue> {
    const last = this.#last;
    const answers =
      asked !== undefined && asked.rootVersion === last?.trusted.root.signed.version ? asked : this.ask();
    if (last !== undefined && answers !== undefined && (await this.#stands(last, answers)))
      return last.catalogue;
    this.#last = undefined;
    const { fetchFile } = this.#options;
    this.#last = await this.#verify(answers === undefined ? fetchFile : fetchAfter(answers, fetchFile));
    return this.#last.catalogue;
  }

  async #stands({ trusted, timestamp, failed }: Verified, answers: Asked): Promise<boolean> {
    if (failed()) return false;
    const [nextRoot, offered] = await Promise.allSettled([answers.nextRoot, answers.timestamp]);
    if (nextRoot.status !== 'fulfilled' || nextRoot.value !== null) return false;
    if (offered.status !== 'fulfilled' || offered.value?.equals(timestamp) !== true) return false;
    const now = new Date(this.#options.clock.now());
    if (signedIn(trusted).some((signed) => signed.isExpired(now))) return false;
    // A role that is needed for the first time is held against the time of this refresh.
    trusted['referenceTime'] = now;
    return true;
  }

  async #verify(fetchFile: FetchFile): Promise<Verified> {
    const { files } = this.#options;
    const fetcher = new MemoryFetcher(fetchFile);
    const metadata = new Metadata(files);
    const held = <T>(work: Promise<T>): Promise<T> => unlessFailed(fetcher, metadata, work);
    const updater = this.#updater(fetcher, metadata);
    await held(updater.refresh());
    const trusted: TrustedMetadataStore = updater['trustedSet'];
    return {
      trusted,
      timestamp: metadata.load('timestamp'),
      failed: () => metadata.failure !== undefined || fetcher.linkFailure !== undefined,
      catalogue: {
        root: trusted.root.signed,
        role: (name) => trustedTargets(trusted, name),
        find: (path) => held(updater.getTargetInfo(path)),
        read: (target) => held(this.#read(target, trusted, fetcher)),
      },
    };
  }

  #updater(fetcher: MemoryFetcher, metadata: Metadata): Updater {
    // tuf-js offers no way to give it a clock, or to keep its metadata elsewhere than in files that a crash can tear; these
    // three members are private to TypeScript only, and the version of tuf-js is pinned.
    class KeptUpdater extends Updater {}
    KeptUpdater.prototype['loadLocalMetadata'] = (name: string) => metadata.load(name);
    KeptUpdater.prototype['persistMetadata'] = (name: string, bytes: Buffer) => metadata.persist(name, bytes);
    const start = (): Updater => new KeptUpdater({ metadataDir: '', metadataBaseUrl: METADATA_URL, fetcher });
    const updater = this.#fromKeptRoot(start, metadata);
    updater['trustedSet']['referenceTime'] = new Date(this.#options.clock.now());
    return updater;
  }

  #fromKeptRoot(start: () => Updater, metadata: Metadata): Updater {
    try {
      return start();
    } catch {
      if (metadata.failure !== undefined) throw metadata.failure;
      // No root yet, or one that is damaged: the chain of roots starts again at the pinned one.
      metadata.persist('root', Buffer.from(this.#options.pinnedRoot));
      return start();
    }
  }

  async #read(target: TargetFile, trusted: TrustedMetadataStore, fetcher: MemoryFetcher): Promise<Buffer> {
    const { files } = this.#options;
    const name = `targets/${sha256(Buffer.from(target.path))}`;
    const cached = await verifiedOrNothing(target, files.read(name));
    if (cached !== undefined) return cached;
    const bytes = await fetcher.fetch(`targets/${publishedPath(target, trusted)}`, target.length);
    await target.verify(Readable.from([bytes]));
    files.write(name, bytes);
    return bytes;
  }
}

interface Verified {
  readonly trusted: TrustedMetadataStore;
  /** The timestamp's bytes. */
  readonly timestamp: Buffer;
  /** Whether the disk or the link has failed since, while a further role was looked up. */
  readonly failed: () => boolean;
  readonly catalogue: VerifiedCatalogue;
}

/** Every role that was verified: the four, and those that the targets role delegates to (none of which delegates further). */
function signedIn(trusted: TrustedMetadataStore): { isExpired(now: Date): boolean }[] {
  const { root, timestamp, snapshot, targets } = trusted;
  const delegated = Object.keys(targets?.signed.delegations?.roles ?? {}).map((name) =>
    trusted.getRole(name),
  );
  return [root, timestamp, snapshot, targets, ...delegated].flatMap((role) => role?.signed ?? []);
}

/** The source of the catalogue's files could not be asked. */
export class LinkFailure extends Error {
  override readonly name = 'LinkFailure';
}

/** Metadata for tuf-js, which takes any failure to read for a file that is not there, and wraps any failure to write. */
class Metadata {
  readonly #files: KeptFiles;
  /** Where the disk failed. */
  failure: KeepFailure | undefined;

  constructor(files: KeptFiles) {
    this.#files = files;
  }

  load(name: string): Buffer {
    const bytes = this.#held(() => this.#files.read(nameOf(name)));
    if (bytes === undefined) throw new Error(`${name} is not kept here yet`);
    return bytes;
  }

  persist(name: string, bytes: Buffer): void {
    this.#held(() => this.#files.write(nameOf(name), bytes));
  }

  #held<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof KeepFailure) this.failure = error;
      throw error;
    }
  }
}

const nameOf = (role: string): string => `metadata/${encodeURIComponent(role)}.json`;

/** Without what was trusted before, what is offered now cannot be held against it: then nothing has been verified. */
async function unlessFailed<T>(fetcher: MemoryFetcher, metadata: Metadata, work: Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work]);
  if (metadata.failure !== undefined) throw metadata.failure;
  if (outcome.status === 'fulfilled') return outcome.value;
  if (fetcher.linkFailure === undefined) throw outcome.reason;
  throw new LinkFailure(fetcher.linkFailure.message, { cause: fetcher.linkFailure });
}

/** `getRole` also answers for root, timestamp and snapshot, which are no targets roles. */
function trustedTargets(trusted: TrustedMetadataStore, name: string): VerifiedRole | undefined {
  const signed = trusted.getRole(name)?.signed;
  return signed !== undefined && 'targets' in signed ? signed : undefined;
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
