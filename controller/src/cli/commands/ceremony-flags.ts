import type { Command } from 'commander';
import { type CeremonyOptions, type NextKeys, withCeremonyFile } from '../../ceremony/index.ts';
import type { Console } from '../console.ts';
import type { CommonOptions } from '../leaf.ts';

/** What every command is told that signs with the offline keys. */
export interface CeremonyFlags extends CommonOptions {
  readonly offline: string;
  readonly by?: string;
  readonly file?: string;
  readonly replace?: true;
}

export function withCeremonyFlags(command: Command): Command {
  return command
    .requiredOption('--offline <dir>', 'the folder with the offline keys')
    .option('--file <file>', "a ceremony file in place of the data folder, on the signer's own machine")
    .option('--by <name>', 'who signs, for the record')
    .option('--replace', 'give up what others have staged with other content');
}

/** Where a ceremony works: on a data folder, or on a ceremony file that travels. */
export interface CeremonyPlace {
  readonly options: CeremonyOptions;
  /** Keys that are to replace the controller's own, as a ceremony file brings them; undefined on the data folder itself. */
  readonly nextKeys: NextKeys | undefined;
}

/** Does a ceremony's work on the data folder, or on the ceremony file where one is named. */
export function inCeremony<T>(
  console: Console,
  { data, offline, file, replace, by = console.operator }: CeremonyFlags,
  work: (place: CeremonyPlace) => Promise<T>,
): Promise<T> {
  const optionsFor = (dataDir: string): CeremonyOptions => ({
    dataDir,
    offlineDir: offline,
    clock: console.clock,
    by,
    replace: replace === true,
  });
  if (file === undefined) return work({ options: optionsFor(data), nextKeys: undefined });
  return withCeremonyFile(file, (dataDir, nextKeys) => work({ options: optionsFor(dataDir), nextKeys }));
}
