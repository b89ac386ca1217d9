import { z } from 'zod';

/** What is remembered of one condition on one subject; plain data, so that it survives a restart. */
export const Standing = z.strictObject({
  raised: z.boolean(),
  /** Since when readings have said the opposite of `raised` without a break, and the last that said so. */
  turning: z.strictObject({ since: z.number(), seen: z.number() }).nullable(),
  /** When the condition was raised, within the flap window. */
  raises: z.array(z.number()).max(64),
  flapping: z.boolean(),
});
export type Standing = z.infer<typeof Standing>;

/** How things stand before the first reading. */
export const calm: Standing = { raised: false, turning: null, raises: [], flapping: false };

/** Under which a standing is kept: `<condition> <kind>:<subject>`. */
export function standingKey(condition: string, readingKey: string): string {
  return `${condition} ${readingKey}`;
}

/** The parts of a standing's key. */
export function partsOf(key: string): { condition: string; readingKey: string; subject: string } {
  const space = key.indexOf(' ');
  const readingKey = key.slice(space + 1);
  return {
    condition: key.slice(0, space),
    readingKey,
    subject: readingKey.slice(readingKey.indexOf(':') + 1),
  };
}
