import type { Mode } from '@millwright/shared/api';
import type { Manifest, RunbookClass } from '@millwright/shared/runbook';
import { Authorisation } from './authorisation.ts';

/** At most this many runs for one fault on one endpoint in 24 hours; an attempt counts whether it succeeds or fails. */
export const MAX_ATTEMPTS_PER_DAY = 3;

/** What policy weighs. */
export interface Circumstances {
  readonly manifest: Manifest;
  readonly mode: Mode;
  readonly killSwitch: boolean;
  readonly inMaintenance: boolean;
  /** Runs for this fault on this endpoint in the last 24 hours. */
  readonly attempts: number;
  /** The subject is flapping: restarting it again cures nothing. */
  readonly flapping: boolean;
}

/** What holds everything back for a time. */
export type Hold = 'kill-switch' | 'maintenance';
export const holdReasons: Readonly<Record<Hold, string>> = {
  'kill-switch': 'the kill switch is on: nothing runs',
  maintenance: 'a maintenance window is open',
};

/** What may happen with a decision. Only `autonomous` carries leave to run. */
export type PolicyVerdict =
  /** Nothing runs now; it is weighed again when that is over. */
  | { readonly kind: 'held'; readonly by: Hold }
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'shadow' }
  | { readonly kind: 'suggest'; readonly signaturesNeeded: number }
  | { readonly kind: 'autonomous'; readonly authorisation: Authorisation };

const mayRunAlone = (manifest: Manifest): manifest is Manifest & { class: Exclude<RunbookClass, 'L2'> } =>
  manifest.class !== 'L2';

/** The checks, in the order in which they are told to a person. Pure. */
export function judge({
  manifest,
  mode,
  killSwitch,
  inMaintenance,
  attempts,
  flapping,
}: Circumstances): PolicyVerdict {
  if (killSwitch) return { kind: 'held', by: 'kill-switch' };
  if (inMaintenance) return { kind: 'held', by: 'maintenance' };
  if (flapping)
    return { kind: 'blocked', reason: 'it keeps coming back: running the fix again would hide the cause' };
  if (attempts >= MAX_ATTEMPTS_PER_DAY)
    return { kind: 'blocked', reason: `${attempts} attempts in the last 24 hours are the limit` };
  switch (mode) {
    case 'off':
      return { kind: 'blocked', reason: `${manifest.id} is switched off for this client` };
    case 'shadow':
      return { kind: 'shadow' };
    case 'suggest':
      return { kind: 'suggest', signaturesNeeded: manifest.technicians };
    case 'autonomous':
      return mayRunAlone(manifest)
        ? { kind: 'autonomous', authorisation: Authorisation.byLadder(mode, manifest) }
        : { kind: 'suggest', signaturesNeeded: manifest.technicians };
  }
}
