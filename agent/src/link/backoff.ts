/** Waits between attempts, in milliseconds: full jitter over a doubling range, so that a fleet does not come back in step. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}
export const defaultBackoff: Backoff = { firstMs: 500, longestMs: 60_000 };

/** @param random between 0 and 1 */
export function delayBefore(attempt: number, random: number, { firstMs, longestMs }: Backoff): number {
  return Math.round(random * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30)));
}
