import { type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@millwright/shared/clock';
import type { Parameters } from '@millwright/shared/runbook';
import {
  type DecidedBy,
  MAX_WARRANT_MS,
  signEnvelope,
  WARRANT_TYPE,
  Warrant,
} from '@millwright/shared/trust';
import type { Authorisation } from './authorisation.ts';

/** What a warrant is about. */
export interface Order {
  readonly thumbprint: string;
  readonly runbook: { readonly id: string; readonly sha256: string; readonly version: number };
  readonly parameters: Parameters;
  readonly sequence: number;
  readonly decidedBy: DecidedBy;
  readonly ticket: number | null;
  readonly alert: number | null;
  readonly evidence: string | null;
}

/** A little before now, since endpoints' clocks differ. Milliseconds. */
const backdateMs = 60_000;

/** Writes and signs warrants with the controller's warrant key. */
export class WarrantWriter {
  readonly #key: KeyObject;
  readonly #clock: Clock;

  constructor(key: KeyObject, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** There is no warrant without an authorisation for this very runbook. */
  write(authorisation: Authorisation, order: Order): { id: string; expires: number; envelope: Buffer } {
    if (authorisation.runbook !== order.runbook.id)
      throw new TypeError(`authorised for ${authorisation.runbook}, not ${order.runbook.id}`);
    const { thumbprint, ...rest } = order;
    const notBefore = this.#clock.now() - backdateMs;
    const warrant = Warrant.parse({
      schema: 1,
      id: randomUUID(),
      endpoint: thumbprint,
      ...rest,
      nonce: randomBytes(16).toString('hex'),
      notBefore,
      expires: notBefore + MAX_WARRANT_MS,
    });
    const envelope = signEnvelope(WARRANT_TYPE, Buffer.from(JSON.stringify(warrant)), this.#key);
    return { id: warrant.id, expires: warrant.expires, envelope: Buffer.from(JSON.stringify(envelope)) };
  }
}
