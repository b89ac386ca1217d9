import type { Manifest } from '@millwright/shared/runbook';
import type { TrustDocument } from '@millwright/shared/trust';

/** A published runbook: its signed description and scripts, and the hash of the signed bytes. */
export interface CatalogueRunbook {
  readonly manifest: Manifest;
  readonly files: Readonly<Record<string, string>>;
  readonly sha256: string;
}

/** The published catalogue, as the API shows it. */
export interface CataloguePort {
  runbooks(): readonly CatalogueRunbook[];
  /** Whose signatures count. */
  trust(): TrustDocument;
  /** When endpoints stop running anything unless it is refreshed (milliseconds since the epoch); null without one. */
  expiresAt(): number | null;
}
