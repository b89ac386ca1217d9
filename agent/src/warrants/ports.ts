import type { DatabaseSync } from 'node:sqlite';
import type { Policy } from '@millwright/shared/protocol';
import type { Fact, NamedFact, Platform } from '@millwright/shared/runbook';
import type { TrustedKeys } from '@millwright/shared/trust';
import type { Asked, VerifiedRunbook } from '../catalogue/index.ts';
import type { Identity, LocalPolicy } from '../config/index.ts';
import type { EventSink } from '../outbox/event-sink.ts';
import type { StepRunner } from '../runner/index.ts';
import type { FloorClock } from './floor-clock.ts';

/** The catalogue, as warrants see it. Every failure is a `Refusal`. */
export interface RunbookSource {
  /** Sends for what a refresh looks at first. */
  ask(): Asked | undefined;
  refresh(asked?: Asked): Promise<Runbooks>;
  trust(): TrustedKeys | undefined;
}

/** The runbooks of one refresh. */
export interface Runbooks {
  runbook(id: string, sha256: string, version: number): Promise<VerifiedRunbook>;
}

/** All that decides about a warrant and carries it out. */
export interface WarrantPorts {
  readonly clock: FloorClock;
  readonly db: DatabaseSync;
  readonly identity: Identity;
  readonly localPolicy: LocalPolicy;
  /** What the controller asks at this moment; it can only tighten. */
  readonly policy: () => Policy;
  /** Resolves once whoever could see these facts has looked since the start. */
  readonly looked: (facts: readonly NamedFact[]) => Promise<void>;
  /** What this endpoint's own readings show at this moment. */
  readonly facts: () => readonly Fact[];
  readonly catalogue: RunbookSource;
  readonly events: EventSink;
  readonly platform: Platform;
  readonly runner: StepRunner;
}
