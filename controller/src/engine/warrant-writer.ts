import { type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@millwright/shared/clock';
import type { Parameters } from '@millwright/shared/runbook';
import {
  type DecidedBy,
  type Envelope,
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

  /** A warrant that nobody has signed: no endpoint takes it. `payload` is its bytes, to be signed as they are. */
  draft({ thumbprint, ...order }: Order): { warrant: Warrant; payload: Buffer } {
    const notBefore = this.#clock.now() - backdateMs;
    const warrant = Warrant.parse({
      schema: 1,
      id: randomUUID(),
      endpoint: thumbprint,
      ...order,
      nonce: randomBytes(16).toString('hex'),
      notBefore,
      expires: notBefore + MAX_WARRANT_MS,
    });
    return { warrant, payload: Buffer.from(JSON.stringify(warrant)) };
  }

  /**
   * Signs a draft, beside the signatures that it has. There is no signature without an authorisation for this very
   * runbook.
   */
  seal(
    authorisation: Authorisation,
    { payload, signatures = [] }: { payload: Buffer; signatures?: Envelope['signatures'] },
  ): Buffer {
    const warrant = Warrant.parse(JSON.parse(payload.toString('utf8')));
    if (authorisation.runbook !== warrant.runbook.id)
      throw new TypeError(`authorised for ${authorisation.runbook}, not ${warrant.runbook.id}`);
    const onto = { payloadType: WARRANT_TYPE, payload: payload.toString('base64'), signatures };
    return Buffer.from(JSON.stringify(signEnvelope(WARRANT_TYPE, payload, this.#key, onto)));
  }

  /** Writes a warrant and signs it. */
  write(authorisation: Authorisation, order: Order): { id: string; expires: number; envelope: Buffer } {
    const { warrant, payload } = this.draft(order);
    return { id: warrant.id, expires: warrant.expires, envelope: this.seal(authorisation, { payload }) };
  }
}
