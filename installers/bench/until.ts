import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from './bench-error.ts';

/**
 * Looks every millisecond until there is something to see. The look is to be cheap: it shares the machine with what is measured.
 * @throws BenchError `not-in-time`, with what was awaited.
 */
export async function until<T>(
  awaited: string,
  look: () => T | undefined,
  { seconds = 30, everyMs = 1 }: { seconds?: number; everyMs?: number } = {},
): Promise<T> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(everyMs)) {
    const seen = look();
    if (seen !== undefined) return seen;
  }
  throw new BenchError('not-in-time', `not within ${seconds} seconds: ${awaited}`);
}
