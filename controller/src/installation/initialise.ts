import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@millwright/shared/clock';
import { catalogueOf, type PublishResult, publish } from '../catalogue/index.ts';
import {
  type InitOptions,
  type InitResult,
  initCatalogue,
  type SignResult,
  signRunbooks,
} from '../ceremony/index.ts';
import { type Configuration, writeConfiguration } from '../configuration/index.ts';
import { Authority } from '../identity/index.ts';
import { openStore } from '../store/index.ts';
import { databasePath, tlsDir } from './layout.ts';

/** The stock runbooks, beside the source or the bundle. */
export const stockRunbooksDir: string = fileURLToPath(new URL('../../runbooks/', import.meta.url));

export interface InitialiseOptions
  extends Pick<InitOptions, 'dataDir' | 'offlineDir' | 'threshold' | 'keys' | 'clock'> {
  /** What `config.json` says, where it differs from the defaults. */
  readonly configuration?: Parameters<typeof writeConfiguration>[1];
}

export interface Initialised {
  readonly catalogue: InitResult;
  readonly configuration: Configuration;
}

/**
 * Makes a new installation: offline keys, the catalogue's first metadata, the CA, the database and the configuration.
 * `config.json` comes last: a folder without it is not an installation.
 */
export async function initialise({ configuration, ...options }: InitialiseOptions): Promise<Initialised> {
  const { dataDir, clock } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const catalogue = await initCatalogue(options);
  if (!Authority.exists(tlsDir(dataDir))) await Authority.create(tlsDir(dataDir), clock);
  await (await openStore(databasePath(dataDir))).close();
  return { catalogue, configuration: writeConfiguration(dataDir, configuration) };
}

/** Every runbook folder below `dir`: `<platform>/<category>/<name>`. */
export function runbookFolders(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name === 'runbook.json')
    .map((entry) => entry.parentPath)
    .sort();
}

/** Signs runbooks with the offline keys that are at hand, and publishes what has enough signatures. */
export async function signAndPublish(options: {
  dataDir: string;
  offlineDir: string;
  folders: readonly string[];
  clock: Clock;
}): Promise<{ signed: SignResult; published: PublishResult }> {
  const signed = await signRunbooks(options);
  return { signed, published: await publish({ dataDir: options.dataDir, clock: options.clock }) };
}

/** The catalogue's first root, as text: what an endpoint pins at its enrolment. */
export const firstRootPath = (dataDir: string): string => join(catalogueOf(dataDir).metadata, '1.root.json');
