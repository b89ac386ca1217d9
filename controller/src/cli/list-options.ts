import { type Command, Option } from 'commander';
import type { Page, PageRequest } from '../api/queries/page.ts';
import type { Console } from './console.ts';
import { type CommonOptions, note, show } from './leaf.ts';
import { wholeNumber } from './whole-number.ts';

/** The flags of every command that lists. */
export interface ListOptions extends CommonOptions {
  readonly limit: number;
  readonly all?: true;
}

/** Adds `--limit` and `--all`. */
export function withLimit(command: Command, usual = 100): Command {
  return command
    .option('--limit <n>', 'how many', wholeNumber(1, 1_000_000), usual)
    .addOption(new Option('--all', 'all of them').conflicts('limit'));
}

/** What the flags ask of a list. */
export function asked<O extends ListOptions>(options: O): O & PageRequest {
  return options.all ? { ...options, limit: Number.MAX_SAFE_INTEGER - 1 } : options;
}

/** Shows a list, and says where there is more of it. `text` is for a person. */
export function showList<T>(
  console: Console,
  options: ListOptions,
  { items, next }: Page<T>,
  text: string,
): void {
  const more = next !== null;
  show(console, options, { items, more }, text);
  if (more && !options.json) note(console, `These are the first ${options.limit}; --all shows all.`);
}
