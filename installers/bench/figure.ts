/** One measured figure beside its floor: what the same machine, in the same run, needs for the bare minimum of the same work. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'events/s' | 'MiB' | '% of a core';
  readonly floor: number;
  /** value / floor. */
  readonly ratio: number;
  /** What `value` was taken from, in the order of measuring. */
  readonly samples: readonly number[];
}

/** Measures one or more figures. */
export interface Bench {
  readonly names: readonly string[];
  run(say: (line: string) => void): Promise<readonly Figure[]>;
}

/** @throws RangeError where there is nothing to take it from. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no samples: nothing was measured');
  return (upper + lower) / 2;
}

/** The median of the samples beside the median of the floor's. */
export function figure(
  name: string,
  unit: Figure['unit'],
  samples: readonly number[],
  floorSamples: readonly number[],
): Figure {
  const value = median(samples);
  const floor = median(floorSamples);
  return { name, value, unit, floor, ratio: value / floor, samples };
}
