import { setTimeout as pause } from 'node:timers/promises';
import { isDiskFailure } from './disk-failure.ts';

/** How long after the disk took no write it is tried again. Milliseconds. */
const RETRY_MS = 1000;

/**
 * Does at once what is to be on the disk; while the disk does not take it, again each second. Resolves with whether it is there:
 * false where `signal` has ended the waiting. Rejects with any error that is not the disk's own.
 * @param refused told of the first refusal
 */
export async function untilWritten(
  work: () => void,
  { signal, refused }: { signal?: AbortSignal; refused?: (error: unknown) => void } = {},
): Promise<boolean> {
  for (let first = true; signal?.aborted !== true; first = false) {
    try {
      work();
      return true;
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      if (first) refused?.(error);
    }
    await pause(RETRY_MS, undefined, { ref: false });
  }
  return false;
}
