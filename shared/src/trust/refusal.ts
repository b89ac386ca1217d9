import { z } from 'zod';

/** Why an agent did not run a warrant: one name for each check, in the order of the checks. */
export const RefusalCode = z.enum([
  'warrant-too-large',
  'envelope-malformed',
  'signature-invalid',
  'payload-malformed',
  'wrong-endpoint',
  'clock-behind',
  'not-yet-valid',
  'expired',
  'validity-too-long',
  'nonce-replayed',
  'sequence-replayed',
  'journal-failed',
  'catalogue-expired',
  'catalogue-invalid',
  'catalogue-unreachable',
  'catalogue-unkept',
  'runbook-unknown',
  'runbook-altered',
  'runbook-malformed',
  'platform-mismatch',
  'warrant-key-revoked',
  'technician-missing',
  'technician-out-of-scope',
  'parameters-invalid',
  'parameter-not-observed',
  'kill-switch',
  'namespace-not-allowed',
  'class-not-allowed',
  'busy',
  'cooling-down',
  'budget-exceeded',
  'quarantined',
  'precheck-failed',
]);
export type RefusalCode = z.infer<typeof RefusalCode>;

/** A warrant refused: what was wrong, in words for a technician. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.code = code;
  }
}
