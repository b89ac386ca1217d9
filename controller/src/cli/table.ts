import { styleText } from 'node:util';
import { printable } from './printable.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'dim';

/** One cell: its text, and how it looks where colour is allowed. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

const formats = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim' } as const;

/** Text in a tone, where the stream is a terminal and NO_COLOR is not set. */
export function toned(text: string, tone: Tone, stream: NodeJS.WritableStream): string {
  return tone === 'plain' ? text : styleText(formats[tone], text, { stream });
}

/** Aligned columns under a heading, one line a row. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  stream: NodeJS.WritableStream,
): string {
  const cells = rows.map((row) =>
    row.map((cell) =>
      typeof cell === 'string'
        ? { text: printable(cell), tone: 'plain' as const }
        : { ...cell, text: printable(cell.text) },
    ),
  );
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.text.length ?? 0)),
  );
  const line = (row: readonly { text: string; tone: Tone }[]): string =>
    row
      .map(({ text, tone }, column) => {
        const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - text.length + 2);
        return toned(text, tone, stream) + padding;
      })
      .join('');
  return [line(headings.map((text) => ({ text, tone: 'dim' }))), ...cells.map(line)].join('\n');
}
