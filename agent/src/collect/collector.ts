import type { Reading } from '@millwright/shared/readings';

/** What one collection found. */
export interface Collected {
  readonly readings: readonly Reading[];
  /** Readings' keys that are there but could not be read this time, and why: neither gone nor to be trusted. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly key: string;
  readonly reason: string;
}

/** Takes what a collector learns between its collections. `gone` are keys whose subject is no longer there. */
export type Publish = (readings: readonly Reading[], gone?: readonly string[]) => void;

/** Ends a watch. */
export type Stop = () => void;

/**
 * A source of readings. A key belongs to one collector alone: what it reported before, and does not report (or list as unread)
 * at a later collection, is gone.
 */
export interface Collector {
  /** Unique: it names the collector's own reading. */
  readonly name: string;
  readonly intervalMs: number;
  /** After this long a collection counts as failed. It is not started again before it has come back. */
  readonly timeoutMs: number;
  /** Whether a reading's key is this collector's, also one that a former process of the agent remembers. */
  owns(key: string): boolean;
  /** Everything there is to see now. Rejects when nothing can be said. */
  collect(signal: AbortSignal): Promise<Collected>;
  /**
   * Where the platform tells of changes by itself: publishes them as they come, until stopped. The collections then serve
   * as reconciliation. `again` asks for a collection at once.
   */
  watch?(publish: Publish, again: () => void): Stop;
}

/** A collection in which everything could be read. */
export function allOf(readings: readonly Reading[]): Collected {
  return { readings, unread: [] };
}
