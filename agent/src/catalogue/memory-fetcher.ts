import type { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError, DownloadLengthMismatchError } from 'tuf-js/dist/error.js';
import type { FetchFile } from './file-source.ts';

/** An address that is never looked up: it only carries a path through tuf-js. */
export const METADATA_URL = 'http://catalogue.invalid/metadata';

/**
 * Brings files through the link and keeps them in memory: what is verified is what is used, and no file that another
 * process could exchange lies in between.
 */
export class MemoryFetcher implements Pick<BaseFetcher, 'downloadBytes' | 'downloadFile'> {
  readonly #fetchFile: FetchFile;
  #linkFailure: Error | undefined;

  constructor(fetchFile: FetchFile) {
    this.#fetchFile = fetchFile;
  }

  /** Why the source could not be asked, where that happened: tuf-js wraps errors and drops their cause. */
  get linkFailure(): Error | undefined {
    return this.#linkFailure;
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    return this.fetch(new URL(url).pathname.slice(1), maxLength);
  }

  /** tuf-js asks for this only where it downloads targets, which `TufClient` does itself. */
  downloadFile<T>(url: string): Promise<T> {
    return Promise.reject(new DownloadHTTPError(`targets are not downloaded into files (${url})`, 501));
  }

  /** @throws DownloadHTTPError 404, DownloadLengthMismatchError, or the source's own error. */
  async fetch(path: string, maxLength: number): Promise<Buffer> {
    let bytes: Buffer | null;
    try {
      bytes = await this.#fetchFile(path);
    } catch (error) {
      this.#linkFailure = error instanceof Error ? error : new Error(String(error));
      throw this.#linkFailure;
    }
    if (bytes === null) throw new DownloadHTTPError(`the controller has no ${path}`, 404);
    if (bytes.length > maxLength)
      throw new DownloadLengthMismatchError(
        `${path} has ${bytes.length} bytes; at most ${maxLength} are read`,
      );
    return bytes;
  }
}
