import { LOCALE } from './locale.ts';

const full = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

const time = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** Date, time and zone of an instant, in the reader's zone. Milliseconds since the epoch. */
export function instantInWords(at: number): string {
  return full.format(at);
}

/** Time of day and zone of an instant. */
export function timeOfDay(at: number): string {
  return time.format(at);
}
