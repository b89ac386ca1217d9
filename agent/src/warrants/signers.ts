import type { Manifest } from '@millwright/shared/runbook';
import {
  type Envelope,
  peopleAmong,
  Refusal,
  reaches,
  type TrustedKeys,
  verifyEnvelope,
  WARRANT_TYPE,
} from '@millwright/shared/trust';
import type { Identity } from '../config/index.ts';

/** The controller's warrant key must have signed. Returns the bytes that are signed. */
export function checkSignature(envelope: Envelope, trusted: TrustedKeys): Buffer {
  const { payload, signers } = verifyEnvelope(envelope, WARRANT_TYPE, trusted.warrantKeys);
  if (signers.size === 0)
    throw new Refusal('signature-invalid', 'no trusted warrant key has signed this warrant');
  return payload;
}

/** The same under the keys as they are after the refresh: a key may have been revoked since. */
export function checkSigner(envelope: Envelope, trusted: TrustedKeys): void {
  if (verifyEnvelope(envelope, WARRANT_TYPE, trusted.warrantKeys).signers.size === 0)
    throw new Refusal('warrant-key-revoked', 'the key that signed this warrant is no longer trusted');
}

/** As many different people as the signed manifest asks for, each within reach of this endpoint and this runbook. */
export function checkTechnicians(
  envelope: Envelope,
  trusted: TrustedKeys,
  manifest: Manifest,
  identity: Identity,
): void {
  if (manifest.technicians === 0) return;
  const { signers } = verifyEnvelope(envelope, WARRANT_TYPE, trusted.technicianKeys);
  const signed = [...signers].flatMap((keyid) => trusted.technicians.get(keyid) ?? []);
  if (peopleAmong(signed).length < manifest.technicians)
    throw new Refusal(
      'technician-missing',
      `${manifest.id} needs the signatures of ${manifest.technicians} technicians; ${peopleAmong(signed).length} signed`,
    );
  const inScope = signed.filter((technician) => reaches(technician, manifest.id, identity.client));
  if (peopleAmong(inScope).length < manifest.technicians)
    throw new Refusal(
      'technician-out-of-scope',
      `${signed.map(({ name }) => name).join(' and ')} may not approve ${manifest.id} for client ${identity.client}`,
    );
}
