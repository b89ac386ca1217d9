import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a data folder holds its parts. */
export const databasePath = (dataDir: string): string => join(dataDir, 'millwright.db');
export const tlsDir = (dataDir: string): string => join(dataDir, 'tls');

/** Where the dashboard's build stands, beside the source or the bundle. */
export const dashboardDir: string = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url));
