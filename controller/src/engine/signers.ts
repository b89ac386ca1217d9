import type { Manifest } from '@millwright/shared/runbook';
import {
  type Envelope,
  reaches,
  readTrustDocument,
  type Technician,
  type TrustDocument,
  verifyEnvelope,
  WARRANT_TYPE,
} from '@millwright/shared/trust';
import type { Draft } from './drafts.ts';
import { EngineError } from './engine-error.ts';

/** What is to be approved: a runbook, for a client. */
export interface Asked {
  readonly manifest: Manifest;
  readonly client: string;
}

/** Signatures that count, one of each person: those of published technicians within reach, as the agent counts them. */
export interface Signers {
  readonly people: readonly string[];
  readonly signatures: Envelope['signatures'];
}

interface Signed {
  readonly technician: Technician;
  readonly signature: Envelope['signatures'][number];
}

/** The signatures that a draft has and that still count: a technician may have been taken out since. */
export function countedSigners(
  trust: TrustDocument,
  { payload, signatures }: Pick<Draft, 'payload' | 'signatures'>,
  asked: Asked,
): Signers {
  const envelope = { payloadType: WARRANT_TYPE, payload: payload.toString('base64'), signatures };
  return onePerPerson(goodSignatures(trust, envelope).filter(withinReach(asked)));
}

/**
 * Those who sign now, and have not signed before.
 * @throws EngineError `signature-invalid`, `signature-out-of-scope`, `signed-already`
 */
export function newSigners(
  trust: TrustDocument,
  envelope: Envelope,
  asked: Asked,
  before: readonly string[],
): Signers {
  const good = goodSignatures(trust, envelope);
  if (good.length === 0)
    throw new EngineError(
      'signature-invalid',
      'no published technician made this signature; see `millwright catalogue technician list`',
    );
  const inReach = good.filter(withinReach(asked));
  if (inReach.length === 0)
    throw new EngineError(
      'signature-out-of-scope',
      `${names(good)} may not approve ${asked.manifest.id} for client ${asked.client}; a technician with that reach must sign`,
    );
  const fresh = inReach.filter(({ technician }) => !before.includes(technician.name));
  if (fresh.length === 0)
    throw new EngineError(
      'signed-already',
      `${names(inReach)} has signed this already; it needs ${asked.manifest.technicians} different technicians`,
    );
  return onePerPerson(fresh);
}

const withinReach =
  ({ manifest, client }: Asked) =>
  ({ technician }: Signed): boolean =>
    reaches(technician, manifest.id, client);

/** Each signature of an envelope that a published technician made. */
function goodSignatures(trust: TrustDocument, envelope: Envelope): Signed[] {
  const trusted = readTrustDocument(trust);
  return envelope.signatures.flatMap((signature) => {
    const alone = { ...envelope, signatures: [signature] };
    const { signers } = verifyEnvelope(alone, WARRANT_TYPE, trusted.technicianKeys);
    const technician = trusted.technicians.get(signature.keyid);
    return technician !== undefined && signers.has(signature.keyid) ? [{ technician, signature }] : [];
  });
}

/** Two keys of one person are one person. */
function onePerPerson(signed: readonly Signed[]): Signers {
  const byName = new Map(signed.map(({ technician, signature }) => [technician.name, signature]));
  return { people: [...byName.keys()], signatures: [...byName.values()] };
}

function names(signed: readonly Signed[]): string {
  return onePerPerson(signed).people.join(' and ');
}
