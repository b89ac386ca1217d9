import type { LinkReading } from '@millwright/shared/readings';

const kept = 20;

/** Round trips of the last pings, and how many were lost. Times in milliseconds, monotonic. */
export class RoundTrips {
  readonly #pings = new Map<number, { sentAt: number; ms: number | null }>();
  #id = 0;

  /** Starts a ping, and tells what those before it say (nothing before the first). */
  next(at: number, now: number): { id: number; reading: LinkReading | undefined } {
    const done = [...this.#pings.values()];
    const times = done.flatMap(({ ms }) => (ms === null ? [] : [ms]));
    const last = times.at(-1);
    const reading: LinkReading | undefined =
      done.length === 0
        ? undefined
        : {
            kind: 'link',
            at,
            roundTripMs: last ?? null,
            lossPercent: (100 * (done.length - times.length)) / done.length,
          };
    const id = this.#id++;
    this.#pings.set(id, { sentAt: now, ms: null });
    for (const old of [...this.#pings.keys()].slice(0, -kept)) this.#pings.delete(old);
    return { id, reading };
  }

  answered(id: number, now: number): void {
    const ping = this.#pings.get(id);
    if (ping !== undefined && ping.ms === null) ping.ms = now - ping.sentAt;
  }
}
