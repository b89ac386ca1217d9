/** One gibibyte in bytes. */
export const GiB = 1024 ** 3;
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size for a person, in binary units (`3.2 GiB`). */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A duration for a person, in words (`0.4 seconds`, `3 minutes 20 seconds`). */
export function formatDuration(ms: number): string {
  const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  if (ms < 10_000) return plural(Number((ms / 1000).toFixed(ms < 1000 ? 2 : 1)), 'second');
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return plural(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0
      ? plural(minutes, 'minute')
      : `${plural(minutes, 'minute')} ${plural(seconds % 60, 'second')}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48)
    return minutes % 60 === 0
      ? plural(hours, 'hour')
      : `${plural(hours, 'hour')} ${plural(minutes % 60, 'minute')}`;
  return plural(Math.round(hours / 24), 'day');
}
