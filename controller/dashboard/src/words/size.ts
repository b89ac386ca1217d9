import { LOCALE } from './locale.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in binary units (`3.2 GiB`). Bytes. */
export function sizeInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

/** A whole number with its thousands apart. */
export function numberInWords(value: number): string {
  return new Intl.NumberFormat(LOCALE).format(value);
}

/** `part` of `whole` in percent, from 0 to 100; 0 where there is no whole. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(100, Math.max(0, (100 * part) / whole));
}

/** A count with its noun (`1 alert`, `3 alerts`). */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${numberInWords(n)} ${n === 1 ? noun : plural}`;
}
