import { z } from 'zod';

/** Who holds a key, by the key's id: signed with the keys, for people to read. Endpoints do not look at it. */
const Holders = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string().min(1).max(64));
export type Holders = z.infer<typeof Holders>;

/** The holders that a root or a set of delegations names. */
export function holdersOf(
  metadata: { readonly unrecognizedFields?: Readonly<Record<string, unknown>> } | undefined,
): Holders {
  return Holders.safeParse(metadata?.unrecognizedFields?.holders).data ?? {};
}
