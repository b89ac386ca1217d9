import { BenchError } from './bench-error.ts';
import type { Bench, Figure } from './figure.ts';

/** `fix` and `fix.process` both mean `fix.process.own`. */
const covers = (wanted: string, name: string): boolean => name === wanted || name.startsWith(`${wanted}.`);

/** What was asked for by name: the benches to run, and which of their figures to tell. Nothing named means all. */
export interface Selection {
  readonly benches: readonly Bench[];
  wants(figure: Figure): boolean;
}

/** @throws BenchError `name-unknown` */
export function select(all: readonly Bench[], wanted: readonly string[]): Selection {
  const known = all.flatMap(({ names }) => names);
  const unknown = wanted.filter((name) => !known.some((each) => covers(name, each)));
  if (unknown.length > 0)
    throw new BenchError(
      'name-unknown',
      `no bench is called ${unknown.join(', ')}; there are ${known.join(', ')}`,
    );
  const wants = (name: string): boolean => wanted.length === 0 || wanted.some((each) => covers(each, name));
  return {
    benches: all.filter(({ names }) => names.some(wants)),
    wants: ({ name }) => wants(name),
  };
}
