// Prints what dependency-cruiser found (its JSON comes in on standard input), and fails if it left any
// source file out: a parser that cannot read TypeScript finds no modules, and so no faults.
import { globSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { ICruiseResult } from 'dependency-cruiser';
import { format } from 'dependency-cruiser';

const input = await text(process.stdin);
if (input === '') process.exit(1); // it has said why

const result: ICruiseResult = JSON.parse(input);
const { output, exitCode } = await format(result, { outputType: 'err' });
process.stdout.write(String(output));
process.exitCode = exitCode;

const cruised = new Set(result.modules.map(({ source }) => source));
const sources = globSync('{agent,controller,shared,installers}/**/*.{ts,tsx}', {
  exclude: [
    '**/node_modules/**',
    '**/dist/**',
    '**/coverage/**',
    'installers/bench/**',
    'installers/test/**',
  ],
});
const missed = sources.filter((source) => !cruised.has(source));
const imports = result.modules.flatMap(({ dependencies }) => dependencies).length;

if (missed.length > 0 || imports === 0) {
  console.error(`dependency-cruiser saw ${imports} imports in ${cruised.size} modules, and missed:`, missed);
  process.exitCode = 1;
}
