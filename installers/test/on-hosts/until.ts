import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until there is something to see; fails with what was awaited after `seconds`. */
export async function until<T>(
  awaited: string,
  look: () => Promise<T | undefined> | T | undefined,
  seconds = 60,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(50)) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  return assert.fail(`not within ${seconds} seconds: ${awaited}`);
}
