import type { Clock } from '@millwright/shared/clock';
import type { ProbeReading } from '@millwright/shared/readings';
import { allOf, type Collector } from '../collector.ts';

/** How a probe went: milliseconds where an answer was timed, and a few words. */
export type ProbeResult = Pick<ProbeReading, 'ok' | 'ms' | 'detail'>;

export interface Probe {
  readonly name: string;
  readonly probe: ProbeReading['probe'];
  readonly intervalMs: number;
  /** `undefined` where there is nothing to probe on this host. */
  run(signal: AbortSignal): Promise<ProbeResult | undefined>;
}

/** One probe. Each is a collector of its own, so that one that waits for an answer delays no other. */
export function probeCollector({ name, probe, intervalMs, run }: Probe, clock: Clock): Collector {
  const key = `probe:${name}`;
  return {
    name: key,
    intervalMs,
    timeoutMs: 15_000,
    owns: (other) => other === key,
    async collect(signal) {
      const result = await run(signal);
      if (result === undefined) return allOf([]);
      const ms = result.ms === null ? null : Math.round(result.ms * 100) / 100;
      return allOf([
        {
          kind: 'probe',
          at: clock.now(),
          name,
          probe,
          ok: result.ok,
          ms,
          detail: result.detail.slice(0, 256),
        },
      ]);
    },
  };
}
