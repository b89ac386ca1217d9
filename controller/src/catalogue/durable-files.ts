import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How the catalogue writes: whole files, each on the disk before the next one begins. */
export interface DurableFiles {
  /** Writes a file so that a crash leaves the old one or the new one, never a part. `mode` as for `open`. */
  write(file: string, bytes: Uint8Array | string, mode?: number): Promise<void>;
  /** Renames a file or folder, and makes the renaming durable. */
  move(from: string, to: string): Promise<void>;
  remove(file: string): Promise<void>;
}

/** Makes durable what a folder holds by name. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to flush a folder; NTFS journals the rename.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

export const durableFiles: DurableFiles = {
  async write(file, bytes, mode = 0o644) {
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.part`;
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await move(temporary, file);
  },
  move,
  async remove(file) {
    await rm(file, { force: true });
  },
};
