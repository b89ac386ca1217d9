import { z } from 'zod';

const day = 86_400_000;
const lifetime = z
  .number()
  .int()
  .min(1000)
  .max(3650 * day);

/** How long each role's metadata is valid, in milliseconds. */
export const Lifetimes = z.strictObject({
  root: lifetime,
  targets: lifetime,
  namespace: lifetime,
  trust: lifetime,
  snapshot: lifetime,
  timestamp: lifetime,
});
export type Lifetimes = z.infer<typeof Lifetimes>;

export const defaultLifetimes: Lifetimes = {
  root: 365 * day,
  targets: 90 * day,
  namespace: 30 * day,
  trust: 30 * day,
  snapshot: 7 * day,
  timestamp: day,
};
