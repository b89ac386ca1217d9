import { formatDuration } from '@millwright/shared/units';
import { type Finding, failed, ok, warning } from './finding.ts';

/** How long something is still valid: failed when it is over, a warning when less than `soonMs` is left. */
export function remaining(
  what: string,
  { expiresAt, now, soonMs, remedy }: { expiresAt: number; now: number; soonMs: number; remedy: string },
): Omit<Finding, 'check'> {
  const left = expiresAt - now;
  if (left <= 0) return failed(`${what} expired ${formatDuration(-left)} ago`, remedy);
  const message = `${what} is valid for ${formatDuration(left)} more`;
  return left < soonMs ? warning(message, remedy) : ok(message);
}
