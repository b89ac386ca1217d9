import type { KeyObject } from 'node:crypto';

/** Who this endpoint is, since its enrolment. */
export interface Identity {
  /** The controller's id for this endpoint. */
  readonly endpoint: string;
  readonly client: string;
  readonly site: string;
  /** SHA-256 of the public key (SPKI, DER), in hex. */
  readonly thumbprint: string;
  /** The endpoint's own key: TLS and signed reports. It never leaves the endpoint. */
  readonly privateKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
  readonly ca: string;
  /** `host:port` of the agents' door. */
  readonly controller: string;
}
