import type { Figure } from './figure.ts';

const digits = (value: number): string => {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 3);
};

/** The figures as lines of a table, columns aligned. */
export function tableOf(figures: readonly Figure[]): string[] {
  const rows = [
    ['figure', 'value', 'floor', 'unit', 'ratio', 'samples'],
    ...figures.map(({ name, value, floor, unit, ratio, samples }) => [
      name,
      digits(value),
      digits(floor),
      unit,
      digits(ratio),
      String(samples.length),
    ]),
  ];
  const numeric = new Set([1, 2, 4, 5]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
