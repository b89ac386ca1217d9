import { type Command, Option } from 'commander';
import type { Console } from './console.ts';

/** The flags that every command on a data folder has. */
export interface CommonOptions {
  readonly data: string;
  readonly json?: true;
}

/**
 * Adds a command with those flags. `usage` is its name and arguments, as commander writes them;
 * `isDefault`: it is meant where only its group is named; `local` false: it works without a data folder.
 */
export function leaf(
  parent: Command,
  usage: string,
  description: string,
  { isDefault = false, local = true }: { isDefault?: boolean; local?: boolean } = {},
): Command {
  const command = parent.command(usage, { isDefault }).description(description);
  if (local)
    command.addOption(
      new Option('--data <dir>', 'the data folder').env('MILLWRIGHT_DATA').default('./millwright-data'),
    );
  return command.option('--json', 'write the result as JSON');
}

/** Adds a command that only holds others. */
export function group(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description);
}

/** Writes a result: its value as JSON where that was asked for, else its text. */
export function show(
  console: Console,
  { json }: Pick<CommonOptions, 'json'>,
  value: unknown,
  text: string,
): void {
  console.out.write(json ? `${JSON.stringify(value, null, 2)}\n` : text === '' ? '' : `${text}\n`);
}

/** Writes a note beside the result, for a person. */
export function note(console: Console, text: string): void {
  console.err.write(`${text}\n`);
}
