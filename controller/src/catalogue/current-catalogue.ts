import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { CarriedFiles } from '@millwright/shared/api';
import type { Clock } from '@millwright/shared/clock';
import { targetPathOf } from '@millwright/shared/runbook';
import { sha256, type TrustDocument } from '@millwright/shared/trust';
import { carriedProof } from './carried-files.ts';
import { readCatalogueFile } from './catalogue-file.ts';
import { catalogueOf, hashedPath } from './layout.ts';
import { type Catalogue, loadCatalogue, type PublishedRunbook } from './load-catalogue.ts';
import { finishPublishing, refreshTimestamp } from './publish.ts';

/** How often the online roles are renewed: several times within a timestamp's life. Milliseconds. */
const renewEveryMs = 3_600_000;

/** The catalogue as it is published now: renewed while the controller runs, read again when somebody published. */
export class CurrentCatalogue {
  readonly #dataDir: string;
  readonly #clock: Clock;
  #loaded: Catalogue;
  #stamp: string;
  #renewedAt = 0;

  private constructor(dataDir: string, clock: Clock, loaded: Catalogue, stamp: string) {
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#loaded = loaded;
    this.#stamp = stamp;
  }

  /** @throws CatalogueError when what is published is not what was signed. */
  static async open(dataDir: string, clock: Clock): Promise<CurrentCatalogue> {
    await finishPublishing({ dataDir, clock });
    const stamp = stampOf(dataDir);
    return new CurrentCatalogue(dataDir, clock, await loadCatalogue(dataDir), stamp);
  }

  runbooks(): readonly PublishedRunbook[] {
    return this.#loaded.runbooks;
  }

  /**
   * When endpoints stop running anything, if nobody signs again. The online roles count only once they have expired: until
   * then this controller renews them.
   */
  expiresAt(): number {
    const online = this.#loaded.roles.filter(({ role }) => role === 'snapshot' || role === 'timestamp');
    const offline = this.#loaded.roles.filter((role) => !online.includes(role));
    const overdue = online.filter(({ expiresAt }) => expiresAt <= this.#clock.now());
    return Math.min(
      this.#loaded.root.expiresAt,
      ...[...offline, ...overdue].map(({ expiresAt }) => expiresAt),
    );
  }

  /** Whose signatures count. */
  trust(): TrustDocument {
    return this.#loaded.trust;
  }

  /** The signed bytes of a published runbook, or null where they are gone. */
  async bundle(id: string, hash: string): Promise<Buffer | null> {
    const bytes = await this.file(`targets/${hashedPath(targetPathOf(id), hash)}`);
    return bytes !== null && sha256(bytes) === hash ? bytes : null;
  }

  /** What shows a technician's machine that runbooks and technicians were signed offline. */
  proof(): Promise<CarriedFiles> {
    return carriedProof(this.#dataDir);
  }

  /** A file for an agent, or null. */
  file(path: string): Promise<Buffer | null> {
    return readCatalogueFile(this.#dataDir, path);
  }

  /**
   * Asked every few seconds: renews what is due, and reads again what changed.
   * @returns whether agents should hear of it
   */
  async tick(): Promise<boolean> {
    if (this.#clock.now() - this.#renewedAt >= renewEveryMs) {
      // Once after each start: the data folder may have been restored from a backup, and endpoints have seen newer ones.
      const evenSnapshot = this.#renewedAt === 0;
      await refreshTimestamp({ dataDir: this.#dataDir, clock: this.#clock, evenSnapshot });
      this.#renewedAt = this.#clock.now();
    }
    const stamp = stampOf(this.#dataDir);
    if (stamp === this.#stamp) return false;
    this.#loaded = await loadCatalogue(this.#dataDir);
    this.#stamp = stamp;
    return true;
  }
}

/** Changes with every publication: timestamp.json is replaced last. */
function stampOf(dataDir: string): string {
  const stat = statSync(join(catalogueOf(dataDir).metadata, 'timestamp.json'), {
    bigint: true,
    throwIfNoEntry: false,
  });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs}`;
}
