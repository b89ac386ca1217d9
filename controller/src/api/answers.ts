import { z } from 'zod';

/** An answer without a body. */
export const Nothing = z.undefined().describe('Done.');

/** A list, as every list is answered. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item) });
}

/** A number in an address (`/tickets/7`). */
export const NumberInAddress = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
