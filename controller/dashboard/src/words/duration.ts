import { LOCALE } from './locale.ts';

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day';

function count(value: number, unit: Unit, digits = 0): string {
  return new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: digits,
  }).format(value);
}

function two(whole: number, unit: Unit, rest: number, restUnit: Unit): string {
  return rest === 0 ? count(whole, unit) : `${count(whole, unit)} ${count(rest, restUnit)}`;
}

/** A length of time in words (`40 milliseconds`, `0.42 seconds`, `3 minutes 20 seconds`, `12 days 4 hours`). Milliseconds. */
export function durationInWords(ms: number): string {
  if (ms < 100) return count(ms, 'millisecond', ms < 10 ? 1 : 0);
  if (ms < 1_000) return count(ms / 1000, 'second', 2);
  if (ms < 10_000) return count(ms / 1000, 'second', 1);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return count(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, 'minute', seconds % 60, 'second');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, 'hour', minutes % 60, 'minute');
  return two(Math.floor(hours / 24), 'day', hours % 24, 'hour');
}

const steps: readonly (readonly ['day' | 'hour' | 'minute', number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long ago or ahead an instant is (`3 minutes ago`, `in 2 hours`). Milliseconds since the epoch. */
export function distanceInWords(at: number, now: number): string {
  const difference = at - now;
  const step = steps.find(([, ms]) => Math.abs(difference) >= ms);
  if (step === undefined) {
    if (difference > 0) return 'in less than a minute';
    return difference > -10_000 ? 'just now' : 'less than a minute ago';
  }
  const [unit, ms] = step;
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always' }).format(Math.trunc(difference / ms), unit);
}
