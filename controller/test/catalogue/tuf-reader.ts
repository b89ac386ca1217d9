import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fetcher, type TargetFile, Updater } from 'tuf-js';
import { DownloadHTTPError, DownloadLengthMismatchError } from 'tuf-js/dist/error.js';
import { readCatalogueFile } from '../../src/catalogue/index.ts';

const origin = 'http://catalogue.invalid/';

/** A client that reads the catalogue by TUF alone, through what the gateway serves, and keeps what it trusts. */
export class TufReader {
  readonly dir = mkdtempSync(join(tmpdir(), 'millwright-reader-'));
  readonly asked: string[] = [];
  readonly #dataDir: string;

  constructor(dataDir: string, root: string | Buffer) {
    this.#dataDir = dataDir;
    mkdirSync(join(this.dir, 'targets'));
    writeFileSync(join(this.dir, 'root.json'), root);
  }

  /** Refreshes as of `now`, and finds a target; what tuf-js throws, this throws. */
  async find(path: string, now: number): Promise<TargetFile | undefined> {
    return (await this.#refresh(now)).getTargetInfo(path);
  }

  /** Refreshes as of `now` and downloads a target, verified. */
  async download(path: string, now: number): Promise<string> {
    const updater = await this.#refresh(now);
    const target = await updater.getTargetInfo(path);
    if (target === undefined) throw new Error(`${path} is not in the catalogue`);
    return updater.downloadTarget(target);
  }

  async #refresh(now: number): Promise<Updater> {
    const updater = new Updater({
      metadataDir: this.dir,
      metadataBaseUrl: `${origin}metadata/`,
      targetDir: join(this.dir, 'targets'),
      targetBaseUrl: `${origin}targets/`,
      fetcher: this.#fetcher(),
    });
    // tuf-js takes the time from the machine; tests have a clock of their own.
    updater['trustedSet'].referenceTime = new Date(now);
    await updater.refresh();
    return updater;
  }

  #fetcher(): Fetcher {
    const downloadBytes = async (url: string, maxLength: number): Promise<Buffer> => {
      const path = url.slice(origin.length);
      this.asked.push(path);
      const bytes = await readCatalogueFile(this.#dataDir, path);
      if (bytes === null) throw new DownloadHTTPError(`no ${path}`, 404);
      if (bytes.length > maxLength) throw new DownloadLengthMismatchError(`${path} is too long`);
      return bytes;
    };
    return {
      downloadBytes,
      downloadFile: async (url, maxLength, handler) => {
        const file = join(this.dir, 'download.part');
        writeFileSync(file, await downloadBytes(url, maxLength));
        return handler(file);
      },
    };
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }
}
