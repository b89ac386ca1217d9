import type { ControllerMessage, Policy } from '@millwright/shared/protocol';
import { killSwitchOn } from '../engine/index.ts';
import type { Store } from '../store/index.ts';
import { policyFor } from './policy.ts';

/** The endpoints that can be told now. */
export interface ConnectedEndpoints {
  connected(): readonly string[];
  send(endpoint: string, message: ControllerMessage): boolean;
}

/** Tells connected endpoints when their policy or the kill switch changed, also from another process (the command line). */
export class PolicyDistribution {
  readonly #store: Store;
  readonly #endpoints: ConnectedEndpoints;
  #known: string | undefined;
  /** Whether one that was being greeted when all were told may still have what counted before. */
  #tellAgain = false;

  constructor(store: Store, endpoints: ConnectedEndpoints) {
    this.#store = store;
    this.#endpoints = endpoints;
  }

  policyFor(endpoint: string): Promise<Policy> {
    return policyFor(this.#store.read, endpoint);
  }

  /** Asked every second. */
  async tick(): Promise<void> {
    const rows = await this.#store.read
      .selectFrom('policies')
      .select(['scope', 'scopeId', 'version'])
      .orderBy('scope')
      .orderBy('scopeId')
      .execute();
    const now = JSON.stringify([await killSwitchOn(this.#store.read), rows]);
    // Also the first time: what counts may have changed since the first were greeted.
    const changed = this.#known !== now;
    if (changed || this.#tellAgain)
      for (const endpoint of this.#endpoints.connected())
        this.#endpoints.send(endpoint, { type: 'policy', policy: await this.policyFor(endpoint) });
    // Only now: where an endpoint could not be told, all are told again.
    this.#known = now;
    this.#tellAgain = changed;
  }
}
