import { z } from 'zod';

/** An answer without a body. */
export const Nothing = z.undefined().describe('Done.');

/** A short list, whole. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item) });
}

/** One page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Give it as `after` for the rows behind these; null at the end.'),
  });
}

/** A number in an address (`/tickets/7`). */
export const NumberInAddress = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
