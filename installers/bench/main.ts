/** `npm run bench -- [NAME...] [--json FILE]`: measures, beside floors of the same run. See docs/benchmarks.md. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.ts';
import { benches } from './benches/index.ts';
import type { Figure } from './figure.ts';
import { select } from './selection.ts';
import { tableOf } from './table.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const selection = select(benches, positionals);
  const figures: Figure[] = [];
  for (const bench of selection.benches) {
    say(`measuring ${bench.names.join(', ')}`);
    figures.push(...(await bench.run(say)).filter(selection.wants));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${tableOf(figures).join('\n')}\n`);
} catch (error) {
  const plain =
    error instanceof BenchError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  process.stderr.write(`bench: ${error instanceof Error ? (plain ? error.message : error.stack) : error}\n`);
  process.exitCode = 1;
}
