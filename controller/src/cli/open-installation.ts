import { existsSync } from 'node:fs';
import { AuditLog } from '../audit/index.ts';
import type { AuthParts } from '../auth/index.ts';
import { type Configuration, readConfiguration } from '../configuration/index.ts';
import { databasePath } from '../installation/index.ts';
import { openStore } from '../store/index.ts';
import { CliError } from './cli-error.ts';
import type { Console } from './console.ts';

/** An installation's data, opened for one command. The controller may be running beside it. */
export interface Installation extends AuthParts {
  readonly dataDir: string;
  readonly configuration: Configuration;
}

/**
 * Opens a data folder, does the work, and closes it again.
 * @throws ConfigurationError, StoreError, CliError where the folder is none of Millwright's
 */
export async function withInstallation<T>(
  { clock }: Console,
  dataDir: string,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const configuration = readConfiguration(dataDir);
  const file = databasePath(dataDir);
  // Opening would make an empty one, and hide that it is gone.
  if (!existsSync(file))
    throw new CliError('not-found', `the database ${file} is missing: restore it from a backup`);
  const store = await openStore(file);
  try {
    return await work({ dataDir, configuration, store, clock, audit: new AuditLog(clock) });
  } finally {
    await store.close();
  }
}
