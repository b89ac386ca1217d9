import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { CliError } from './cli-error.ts';
import type { Console } from './console.ts';

export interface PasswordOptions {
  readonly passwordFile?: string;
  readonly passwordStdin?: true;
  readonly password: boolean;
}

const oneLine = (content: string): string => content.replace(/\r?\n$/, '');

/** Asks on the terminal, without showing what is typed. */
async function prompt({ in: input, err }: Console, question: string): Promise<string> {
  err.write(question);
  input.setRawMode?.(true);
  input.setEncoding('utf8');
  let typed = '';
  try {
    for await (const chunk of input.iterator({ destroyOnReturn: false })) {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n') return typed;
        if (character === '\u0003' || character === '\u0004')
          throw new CliError('usage', 'no password was given; nothing was changed');
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += character;
      }
    }
    return typed;
  } finally {
    input.setRawMode?.(false);
    input.pause();
    err.write('\n');
  }
}

/** A password: from a file, from standard input, or typed twice; null where none is wanted. Never from an argument. */
export async function readPassword(console: Console, options: PasswordOptions): Promise<string | null> {
  if (!options.password) return null;
  if (options.passwordFile !== undefined) {
    try {
      return oneLine(readFileSync(options.passwordFile, 'utf8'));
    } catch (cause) {
      throw new CliError(
        'not-found',
        `cannot read the password from ${options.passwordFile}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }
  if (options.passwordStdin) return oneLine(await text(console.in));
  if (!console.in.isTTY)
    throw new CliError(
      'usage',
      'there is no terminal to ask for a password on: give --password-file FILE, --password-stdin, or --no-password',
    );
  const first = await prompt(console, 'Password: ');
  if ((await prompt(console, 'Again: ')) !== first)
    throw new CliError('usage', 'the two passwords differ; nothing was changed');
  return first;
}
