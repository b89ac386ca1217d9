import type { Clock } from '@millwright/shared/clock';
import type { ControllerMessage } from '@millwright/shared/protocol';
import type { Bundle } from '@millwright/shared/runbook';
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
  readonly catalogue: CatalogueView;
  readonly warrants: WarrantWriter;
  readonly endpoints: Dispatcher;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
}
