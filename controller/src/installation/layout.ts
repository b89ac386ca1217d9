import { join } from 'node:path';

/** Where a data folder holds its parts. */
export const databasePath = (dataDir: string): string => join(dataDir, 'millwright.db');
export const tlsDir = (dataDir: string): string => join(dataDir, 'tls');
