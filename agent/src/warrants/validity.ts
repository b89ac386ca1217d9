import { MAX_WARRANT_MS, Refusal, type Warrant } from '@millwright/shared/trust';
import type { Identity } from '../config/index.ts';

export function checkEndpoint(warrant: Warrant, identity: Identity): void {
  if (warrant.endpoint !== identity.thumbprint)
    throw new Refusal('wrong-endpoint', 'the warrant is for another endpoint');
}

/** `now` in milliseconds since the epoch. */
export function checkValidity(warrant: Warrant, now: number): void {
  if (warrant.expires - warrant.notBefore > MAX_WARRANT_MS)
    throw new Refusal(
      'validity-too-long',
      `the warrant is valid for longer than ${MAX_WARRANT_MS / 60_000} minutes`,
    );
  if (now < warrant.notBefore)
    throw new Refusal(
      'not-yet-valid',
      `the warrant is valid from ${iso(warrant.notBefore)}; here it is ${iso(now)}`,
    );
  if (now >= warrant.expires)
    throw new Refusal('expired', `the warrant expired at ${iso(warrant.expires)}; here it is ${iso(now)}`);
}

const iso = (ms: number): string => (ms <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`);
