import { type Figure, figure } from '../figure.ts';

/** One kill of one daemon, and one restart of the same by hand. Milliseconds. */
export interface Repair {
  /** From the kill to running again and verified. */
  readonly total: number;
  /** The restart alone. */
  readonly restart: number;
}

/** Samples of a figure that is a median of 30, and what comes before it so that nothing is done for the first time. */
export const sampleCount = 30;
export const warmUps = 3;

/** The whole time beside the restart alone, and Millwright's own share of it. */
export function repairFigures(name: string, repairs: readonly Repair[]): Figure[] {
  const restarts = repairs.map(({ restart }) => restart);
  return [
    figure(
      name,
      'ms',
      repairs.map(({ total }) => total),
      restarts,
    ),
    figure(
      `${name}.own`,
      'ms',
      repairs.map(({ total, restart }) => total - restart),
      restarts,
    ),
  ];
}
