import type { RefusalCode } from '@millwright/shared/trust';

/**
 * What follows when an endpoint did not run a warrant. Nothing of it ran, but for the read-only check of `precheck-failed`.
 * `order-anew`: the reason passes, a fresh warrant may be taken, after each of these waits (milliseconds) at most once.
 * `order-anew-when-cool` waits for the runbook's cool-down; `order-anew-if-republished` is for what its publication explains.
 * `try-another`: this runbook is not for this endpoint now, another may be. `hold-or-hand-over`: somebody stopped everything.
 * `hand-over`: a person must look, since it would be refused again, for as long as the fault stands.
 * `alarm`: a person must look even if the fault is over, since somebody may be tampering.
 */
export type Consequence =
  | { readonly kind: 'order-anew'; readonly waitsMs: readonly number[] }
  | { readonly kind: 'order-anew-when-cool' }
  | { readonly kind: 'order-anew-if-republished' }
  | { readonly kind: 'try-another' }
  | { readonly kind: 'hold-or-hand-over' }
  | { readonly kind: 'hand-over' }
  | { readonly kind: 'alarm' };

/** What a refusal leads to. Whoever adds a code decides it here. */
export function consequenceOf(code: RefusalCode): Consequence {
  switch (code) {
    // The link or the controller went away before the catalogue came. It is back, or this report would not be here.
    case 'catalogue-unreachable':
      return { kind: 'order-anew', waitsMs: [0, 5_000, 30_000] };
    // A run by hand is under way; a later order came in first; the way here took ten minutes.
    case 'busy':
    case 'sequence-replayed':
    case 'expired':
    // What is wrong is between two readings at this moment (a service that is just starting).
    case 'parameter-not-observed':
      return { kind: 'order-anew', waitsMs: [2_000, 10_000, 60_000] };
    case 'cooling-down':
      return { kind: 'order-anew-when-cool' };
    // Published anew between order and arrival; where it was not, the catalogue is not what was signed.
    case 'runbook-unknown':
    case 'runbook-altered':
      return { kind: 'order-anew-if-republished' };
    case 'precheck-failed':
    case 'platform-mismatch':
    case 'namespace-not-allowed':
    case 'class-not-allowed':
      return { kind: 'try-another' };
    case 'kill-switch':
      return { kind: 'hold-or-hand-over' };
    // The endpoint's clock, or its disk.
    case 'clock-behind':
    case 'not-yet-valid':
    case 'journal-failed':
    case 'catalogue-unkept':
    // Limits that somebody has set so that a person looks.
    case 'budget-exceeded':
    case 'quarantined':
    // Offline signatures that ran out.
    case 'catalogue-expired':
      return { kind: 'hand-over' };
    // Offline signatures that do not verify.
    case 'catalogue-invalid':
    case 'runbook-malformed':
    // An order that this controller did not mean, or may not give.
    case 'warrant-too-large':
    case 'envelope-malformed':
    case 'signature-invalid':
    case 'payload-malformed':
    case 'wrong-endpoint':
    case 'validity-too-long':
    case 'nonce-replayed':
    case 'warrant-key-revoked':
    case 'technician-missing':
    case 'technician-out-of-scope':
    case 'parameters-invalid':
      return { kind: 'alarm' };
  }
}
