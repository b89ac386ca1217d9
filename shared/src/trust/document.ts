import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { keyIdOf } from './envelope.ts';
import { Sha256 } from './warrant.ts';

/** The target, in the `trust` role of the catalogue, that says whose signatures count. */
export const TRUST_TARGET = 'trust/keys.json';

const PublicKey = z.strictObject({ keyid: Sha256, spki: z.base64().max(1024) });

/** A technician's reach: runbook namespaces (literal prefix and one `*`) and client ids (`*` for all). */
export const Technician = PublicKey.extend({
  name: z.string().min(1).max(128),
  namespaces: z
    .array(z.string().regex(/^[a-z0-9/_-]*\*?$/))
    .min(1)
    .max(64),
  clients: z.array(z.string().min(1).max(64)).min(1).max(1000),
});
export type Technician = z.infer<typeof Technician>;

export const TrustDocument = z.strictObject({
  schema: z.literal(1),
  warrantKeys: z.array(PublicKey).min(1).max(8),
  technicians: z.array(Technician).max(1000),
});
export type TrustDocument = z.infer<typeof TrustDocument>;

/** A trust document with its keys made usable. */
export interface TrustedKeys {
  readonly warrantKeys: ReadonlyMap<string, KeyObject>;
  readonly technicianKeys: ReadonlyMap<string, KeyObject>;
  readonly technicians: ReadonlyMap<string, Technician>;
}

/**
 * @throws TypeError when a key's id is not the hash of its key, or one key stands twice: a key under two names must
 * not count as two people.
 */
export function readTrustDocument(document: TrustDocument): TrustedKeys {
  const seen = new Set<string>();
  const read = ({ keyid, spki }: { keyid: string; spki: string }): [string, KeyObject] => {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    if (keyIdOf(key) !== keyid) throw new TypeError(`key id ${keyid} is not the hash of its key`);
    if (seen.has(keyid)) throw new TypeError(`key ${keyid} stands twice`);
    seen.add(keyid);
    return [keyid, key];
  };
  return {
    warrantKeys: new Map(document.warrantKeys.map(read)),
    technicianKeys: new Map(document.technicians.map(read)),
    technicians: new Map(document.technicians.map((technician) => [technician.keyid, technician])),
  };
}

/** Whether a pattern (a literal prefix and at most one `*` at its end) covers a runbook's id. */
export function covers(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;
}

/** Two keys of one person are one person: the names of those behind some keys, each once. */
export function peopleAmong(technicians: readonly Technician[]): string[] {
  return [...new Set(technicians.map(({ name }) => name))];
}

/** Whether a technician may approve a runbook for a client (its id). */
export function reaches(technician: Technician, runbook: string, client: string): boolean {
  return (
    technician.namespaces.some((pattern) => covers(pattern, runbook)) &&
    technician.clients.some((reached) => reached === '*' || reached === client)
  );
}
