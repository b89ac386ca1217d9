import type { LiveChange } from '@millwright/shared/api';

/** What changed, told to whoever watches now. Nothing is kept: a watcher that comes later fetches what it shows. */
export class LiveFeed {
  readonly #watchers = new Set<(change: LiveChange) => void>();

  publish(change: LiveChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  /** @returns a function that ends the subscription. */
  subscribe(watcher: (change: LiveChange) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
