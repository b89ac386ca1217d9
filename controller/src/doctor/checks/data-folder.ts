import { statSync } from 'node:fs';
import { formatBytes } from '@millwright/shared/units';
import { storageOf } from '../../storage/index.ts';
import { type Check, failed, ok, warning } from '../finding.ts';

/** The folder is there, and nobody else can look into it. */
export const dataFolder: Check = {
  name: 'data folder',
  async examine({ dataDir }) {
    const stat = statSync(dataDir, { throwIfNoEntry: false });
    if (stat === undefined)
      return [failed(`${dataDir} is not there`, `run: millwright init --data ${dataDir}`)];
    // Windows guards files by ACL, which the mode does not show.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)
      return [
        failed(
          `${dataDir} can be read by others (mode ${(stat.mode & 0o777).toString(8)})`,
          `run: chmod 700 ${dataDir}`,
        ),
      ];
    return [ok(`${dataDir} is its owner's alone`)];
  },
};

/** There is room for the database to grow. */
export const freeSpace: Check = {
  name: 'free space',
  async examine({ dataDir }) {
    const { freeBytes, room, databaseBytes, logBytes } = await storageOf(dataDir);
    const message = `${formatBytes(freeBytes)} free for ${dataDir}; the database takes ${formatBytes(databaseBytes + logBytes)}`;
    const remedy = 'free some space, or move the data folder to a larger disk';
    return [
      room === 'too-little'
        ? failed(message, remedy)
        : room === 'little'
          ? warning(message, remedy)
          : ok(message),
    ];
  },
};
