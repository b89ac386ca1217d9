import type { Alert, EndpointDetail } from '@millwright/shared/api';

export type Reading = EndpointDetail['readings'][number];
export type Kind = Reading['kind'];
export type ReadingOf<K extends Kind> = Extract<Reading, { kind: K }>;

/** The readings of one kind. */
export function readingsOf<K extends Kind>(readings: readonly Reading[], kind: K): ReadingOf<K>[] {
  return readings.filter((reading): reading is ReadingOf<K> => reading.kind === kind);
}

/** The worst alert that is not over about a subject, by the conditions whose ids are given. */
export function worstAbout(
  alerts: readonly Alert[],
  subject: string,
  conditions: readonly string[],
): Alert['severity'] | undefined {
  const about = alerts.filter(
    (alert) =>
      alert.state !== 'resolved' && alert.subject === subject && conditions.includes(alert.condition),
  );
  return about.some(({ severity }) => severity === 'critical') ? 'critical' : about[0]?.severity;
}

type Running = ReadingOf<'service'> | ReadingOf<'process'>;

/**
 * Whether a service or process is not as it is meant to be. A declared process is always meant to run; a service on its
 * way to another state is not yet anything.
 */
export function isUnwell(reading: Running): boolean {
  if (reading.kind === 'process') return reading.state !== 'running';
  return reading.state === 'failed' || (reading.wanted && reading.state === 'stopped');
}

/** Services and processes, the ones that are not well first, then the ones that are meant to run, each by name. */
export function byNeed(one: Running, other: Running): number {
  const rank = (reading: Running): number => {
    if (isUnwell(reading)) return 0;
    if (reading.state === 'transition') return 1;
    return reading.kind === 'process' || reading.wanted ? 2 : 3;
  };
  return rank(one) - rank(other) || one.name.localeCompare(other.name);
}
