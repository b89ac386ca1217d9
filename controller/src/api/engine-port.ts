import type { Mode, SignatureTaken, WarrantDraft } from '@millwright/shared/api';
import type { Parameters } from '@millwright/shared/runbook';
import type { Envelope } from '@millwright/shared/trust';

/** A run that a person orders by hand. `by` is the person's name. */
export interface Order {
  readonly endpoint: string;
  readonly runbook: string;
  readonly parameters: Parameters;
  readonly by: string;
}

/**
 * What people may ask of the engine. Each writes its own audit entry, in the name of `by`, in the transaction of what it
 * changes, and throws an `EngineError` where it cannot be done.
 */
export interface EnginePort {
  approve(remediation: number, by: string): Promise<void>;
  draft(remediation: number, by: string): Promise<WarrantDraft>;
  sign(remediation: number, envelope: Envelope, by: string): Promise<SignatureTaken>;
  decline(remediation: number, by: string, reason?: string): Promise<void>;
  order(order: Order): Promise<{ warrant: string }>;
  acknowledge(alert: number, by: string): Promise<void>;
  comment(ticket: number, by: string, text: string): Promise<void>;
  closeTicket(ticket: number, by: string, text?: string): Promise<void>;
  setMode(runbook: string, client: string, mode: Mode, by: string): Promise<void>;
  /** Takes away a client's own mode. */
  unsetMode(runbook: string, client: string, by: string): Promise<void>;
  setKillSwitch(on: boolean, reason: string, by: string): Promise<void>;
}
