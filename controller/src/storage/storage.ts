import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { GiB } from '@millwright/shared/units';
import { databasePath } from '../installation/layout.ts';

/** Less is a warning: time to act before anything stops. Bytes. */
const little = GiB;
/** Less is a failure: events may no longer be taken in, and endpoints keep them. Bytes. */
const tooLittle = GiB / 5;

export type Room = 'enough' | 'little' | 'too-little';

/** What so many free bytes come to. */
export function roomOf(freeBytes: number): Room {
  return freeBytes < tooLittle ? 'too-little' : freeBytes < little ? 'little' : 'enough';
}

/** How much room the data folder has, and what the database takes of it. Sizes in bytes. */
export interface Storage {
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly room: Room;
  readonly databaseBytes: number;
  /** The write-ahead log beside the database. */
  readonly logBytes: number;
}

/** @throws Error (ENOENT) where the folder is gone */
export async function storageOf(dataDir: string): Promise<Storage> {
  const { bavail, blocks, bsize } = await statfs(dataDir);
  const freeBytes = bavail * bsize;
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return {
    freeBytes,
    totalBytes: blocks * bsize,
    room: roomOf(freeBytes),
    databaseBytes: size(databasePath(dataDir)),
    logBytes: size(`${databasePath(dataDir)}-wal`),
  };
}
