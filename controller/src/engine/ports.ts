import type { CarriedFiles } from '@millwright/shared/api';
import type { Clock } from '@millwright/shared/clock';
import type { ControllerMessage } from '@millwright/shared/protocol';
import type { Bundle } from '@millwright/shared/runbook';
import type { TrustDocument } from '@millwright/shared/trust';
import type { AuditLog } from '../audit/index.ts';
import type { Chooser } from '../choosers/index.ts';
import type { LiveFeed } from '../live/index.ts';
import type { Store } from '../store/index.ts';
import type { Tickets } from '../tickets/index.ts';
import type { WarrantWriter } from './warrant-writer.ts';

/** A published runbook, as the engine sees it. */
export interface PublishedRunbook extends Bundle {
  readonly sha256: string;
}

/** The published catalogue. */
export interface CatalogueView {
  runbooks(): readonly PublishedRunbook[];
}

/** What the offline keys have signed besides: whose signatures count, and a runbook's very bytes. */
export interface SignedCatalogue extends CatalogueView {
  trust(): TrustDocument;
  /** The signed bytes of a published runbook; null where they are no longer published. */
  bundle(id: string, sha256: string): Promise<Buffer | null>;
  /** What shows others that it is signed. */
  proof(): Promise<CarriedFiles>;
}

/** The way to endpoints. */
export interface Dispatcher {
  isConnected(endpoint: string): boolean;
  /** @returns whether the endpoint was connected. */
  send(endpoint: string, message: ControllerMessage): boolean;
}

/** What the engine works with. */
export interface EngineParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly tickets: Tickets;
  readonly audit: AuditLog;
  readonly live: LiveFeed;
  readonly chooser: Chooser;
  readonly catalogue: SignedCatalogue;
  readonly warrants: WarrantWriter;
  readonly endpoints: Dispatcher;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
}
