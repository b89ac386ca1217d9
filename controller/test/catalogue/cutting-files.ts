import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DurableFiles } from '../../src/catalogue/durable-files.ts';

/** Writes files without waiting for the disk, and fails just before its n-th step, as a crash there would. */
export class CuttingFiles implements DurableFiles {
  steps = 0;
  readonly #cut: number;

  constructor(cut: number) {
    this.#cut = cut;
  }

  #step(): void {
    this.steps += 1;
    if (this.steps >= this.#cut) throw new Error(`cut off before step ${this.steps}`);
  }

  async write(file: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> {
    this.#step();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.part`, bytes, { mode });
    this.#step();
    await rename(`${file}.part`, file);
  }

  async move(from: string, to: string): Promise<void> {
    this.#step();
    await rename(from, to);
  }

  async remove(file: string): Promise<void> {
    this.#step();
    await rm(file, { force: true });
  }
}
