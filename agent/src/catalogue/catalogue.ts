import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@millwright/shared/clock';
import { Bundle, targetPathOf } from '@millwright/shared/runbook';
import {
  Refusal,
  readTrustDocument,
  sha256,
  TRUST_TARGET,
  TrustDocument,
  type TrustedKeys,
} from '@millwright/shared/trust';
import { ExpiredMetadataError } from 'tuf-js/dist/error.js';
import { isDiskFailure } from '../state/index.ts';
import type { Asked } from './asked.ts';
import type { FetchFile } from './file-source.ts';
import { checkDelegationRules, checkNamespaceRules, checkRootRules } from './house-rules.ts';
import { KeepFailure, KeptFiles } from './kept-files.ts';
import { RootFloor } from './root-floor.ts';
import { LinkFailure, TufClient, type VerifiedCatalogue } from './tuf-client.ts';

export interface CatalogueOptions {
  /** Where the catalogue is kept as last verified. */
  readonly db: DatabaseSync;
  /** The root that enrolment pinned, as its JSON text. */
  readonly pinnedRoot: string;
  readonly fetchFile: FetchFile;
  readonly clock: Clock;
}

const TRUST_FILE = 'trust-keys.json';

/** A runbook that the catalogue's offline keys vouch for. */
export interface VerifiedRunbook {
  readonly bundle: Bundle;
  /** Of the very bytes that `bundle` was read from. */
  readonly sha256: string;
}

/** What one refresh has verified: a later one changes nothing of it. */
export class RefreshedCatalogue {
  readonly #verified: VerifiedCatalogue;
  /** By id, so that what is ordered again is not verified again. */
  readonly #runbooks = new Map<string, VerifiedRunbook>();

  constructor(verified: VerifiedCatalogue) {
    this.#verified = verified;
  }

  /** Whether it stands on this. */
  isOf(verified: VerifiedCatalogue): boolean {
    return verified === this.#verified;
  }

  /** The runbook of that id, which must be of exactly that hash and version, as this refresh has found it. */
  async runbook(id: string, hash: string, version: number): Promise<VerifiedRunbook> {
    const runbook = this.#runbooks.get(id) ?? (await this.#verify(id));
    this.#runbooks.set(id, runbook);
    if (runbook.sha256 !== hash)
      throw new Refusal(
        'runbook-altered',
        `the warrant is for another ${id} (${hash}) than the catalogue's (${runbook.sha256})`,
      );
    const { manifest } = runbook.bundle;
    if (manifest.version !== version)
      throw new Refusal(
        'runbook-altered',
        `the warrant is for version ${version} of ${id}; the catalogue has ${manifest.version}`,
      );
    return runbook;
  }

  async #verify(id: string): Promise<VerifiedRunbook> {
    const bytes = await named(() => readTarget(this.#verified, targetPathOf(id)));
    if (bytes === undefined)
      throw new Refusal('runbook-unknown', `no trusted role of the catalogue names ${id}`);
    const bundle = parseBundle(id, bytes);
    if (bundle.manifest.id !== id)
      throw new Refusal(
        'runbook-malformed',
        `the target ${id} holds a runbook that calls itself ${bundle.manifest.id}`,
      );
    return { bundle, sha256: sha256(bytes) };
  }
}

/** The signed catalogue, as this endpoint has last verified it. Every refusal is a `Refusal` with a `catalogue-…` or `runbook-…` code. */
export class Catalogue {
  readonly #client: TufClient;
  readonly #files: KeptFiles;
  readonly #rootFloor: RootFloor;
  /** What went through all that `#refresh` asks of a catalogue, most lately. */
  #accepted: RefreshedCatalogue | undefined;
  #trusted: TrustedKeys | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CatalogueOptions) {
    this.#files = new KeptFiles(options.db);
    this.#client = new TufClient({ ...options, files: this.#files });
    this.#rootFloor = new RootFloor(options.db);
    this.#trusted = rememberedTrust(this.#files);
  }

  /** Sends at once for what a refresh looks at first, so that it is there when that refresh begins. */
  ask(): Asked | undefined {
    return this.#client.ask();
  }

  /** Brings the catalogue and the trusted keys up to date. One refresh at a time, in the order of asking. */
  refresh(asked?: Asked): Promise<RefreshedCatalogue> {
    const mine = this.#turn.then(() => this.#refresh(asked));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Whose signatures count, as last verified; kept over restarts. Undefined before the first refresh ever. */
  trust(): TrustedKeys | undefined {
    return this.#trusted;
  }

  async #refresh(asked: Asked | undefined): Promise<RefreshedCatalogue> {
    const verified = await named(() => this.#client.refresh(asked));
    // The very same: nothing in it has changed since.
    if (this.#accepted?.isOf(verified)) return this.#accepted;
    await named(async () => {
      checkRootRules(verified.root);
      this.#rootFloor.check(verified.root.version);
      const targets = verified.role('targets');
      if (targets !== undefined) checkDelegationRules(targets);
    });
    const bytes = await named(() => readTarget(verified, TRUST_TARGET));
    if (bytes === undefined)
      throw new Refusal('catalogue-invalid', `the catalogue has no ${TRUST_TARGET}; publish it again`);
    const trusted = await named(async () => {
      const parsed = parseTrust(bytes);
      this.#files.write(TRUST_FILE, bytes);
      return parsed;
    });
    this.#trusted = trusted;
    this.#accepted = new RefreshedCatalogue(verified);
    return this.#accepted;
  }
}

/** A target's bytes, after the rules for the role that vouches for it. Undefined where no role names it. */
async function readTarget(verified: VerifiedCatalogue, path: string): Promise<Buffer | undefined> {
  const target = await verified.find(path);
  for (const role of Object.values(verified.role('targets')?.delegations?.roles ?? {})) {
    const signed = verified.role(role.name);
    if (signed !== undefined) checkNamespaceRules(role.name, role.paths ?? [], signed);
  }
  return target === undefined ? undefined : verified.read(target);
}

/** Gives what TUF and our own rules refuse the names of the order of checks. */
async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof LinkFailure)
      throw new Refusal(
        'catalogue-unreachable',
        `the controller did not answer for the catalogue: ${reason}`,
        { cause },
      );
    if (cause instanceof KeepFailure || isDiskFailure(cause))
      throw new Refusal('catalogue-unkept', reason, { cause });
    // tuf-js wraps an expired snapshot or targets role in an error of no class; its words are pinned with its version.
    if (cause instanceof ExpiredMetadataError || / is expired$/.test(reason))
      throw new Refusal('catalogue-expired', `the catalogue is out of date (${reason}); publish it again`, {
        cause,
      });
    throw new Refusal('catalogue-invalid', `the catalogue does not verify: ${reason}`, { cause });
  }
}

function parseBundle(id: string, bytes: Buffer): Bundle {
  try {
    return Bundle.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new Refusal('runbook-malformed', `${id} is signed but not a runbook that this agent understands`, {
      cause,
    });
  }
}

function parseTrust(bytes: Buffer): TrustedKeys {
  return readTrustDocument(TrustDocument.parse(JSON.parse(bytes.toString('utf8'))));
}

/** The keys of the last good refresh. Where they do not read they are as none: the next refresh writes them again. */
function rememberedTrust(files: KeptFiles): TrustedKeys | undefined {
  const bytes = files.read(TRUST_FILE);
  try {
    return bytes === undefined ? undefined : parseTrust(bytes);
  } catch {
    return undefined;
  }
}
