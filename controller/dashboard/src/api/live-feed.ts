import type { LiveChange } from '@millwright/shared/api';
import { readChange } from './keys.ts';

export type LiveState = 'connecting' | 'live' | 'lost';

export interface LiveFeedParts {
  readonly open: () => EventSource;
  /** What changed, in bursts: many changes in a moment are one call. */
  readonly onChanges: (changes: readonly LiveChange[]) => void;
  /** Changes may have been missed: everything is old. */
  readonly onGap: () => void;
}

const BURST_MS = 300;
const RETRY_MS = 5_000;

/** The live feed: stays connected while started, and says when it is not. */
export class LiveFeed {
  private readonly parts: LiveFeedParts;
  private readonly listeners = new Set<() => void>();
  private state: LiveState = 'connecting';
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setInterval> | undefined;
  private burst: ReturnType<typeof setTimeout> | undefined;
  private pending: LiveChange[] = [];

  constructor(parts: LiveFeedParts) {
    this.parts = parts;
  }

  readonly getState = (): LiveState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.stop();
    this.connect();
  }

  stop(): void {
    this.source?.close();
    this.source = undefined;
    clearInterval(this.retry);
    this.retry = undefined;
    clearTimeout(this.burst);
    this.burst = undefined;
    this.pending = [];
    this.become('connecting');
  }

  private connect(): void {
    const source = this.parts.open();
    this.source = source;
    source.onopen = () => {
      clearInterval(this.retry);
      this.retry = undefined;
      const missed = this.state === 'lost';
      this.become('live');
      if (missed) this.parts.onGap();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const change = readChange(message.data);
      if (change !== undefined) this.collect(change);
    };
    source.onerror = () => this.lose();
  }

  /** While the feed is away the page is kept fresh by asking, and a feed that the browser gave up is opened again. */
  private lose(): void {
    this.become('lost');
    this.retry ??= setInterval(() => {
      this.parts.onGap();
      if (this.source?.readyState === EventSource.CLOSED) this.connect();
    }, RETRY_MS);
  }

  private collect(change: LiveChange): void {
    this.pending.push(change);
    this.burst ??= setTimeout(() => {
      const changes = this.pending;
      this.pending = [];
      this.burst = undefined;
      this.parts.onChanges(changes);
    }, BURST_MS);
  }

  private become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
