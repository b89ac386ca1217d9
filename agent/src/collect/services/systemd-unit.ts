import type { ServiceReading } from '@millwright/shared/readings';

/** What is known of a systemd service unit, by systemd's own names (org.freedesktop.systemd1(5)). */
export interface Unit {
  readonly name: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  /** systemd has work on it: it waits for its turn at boot, or is between the stop and the start of a restart. */
  readonly hasJob: boolean;
  /** `enabled`, `disabled`, `static`, `transient`, ... */
  readonly unitFileState: string;
  readonly type: string;
  readonly remainAfterExit: boolean;
  /** How its last run ended: `success`, `exit-code`, `signal`, `timeout`, ... */
  readonly result: string;
  /** Timers, sockets and paths that start it when it is needed. */
  readonly triggeredBy: readonly string[];
  /** Whether its `Condition...=` lines held when it was last to be started; `undefined` if it never was. */
  readonly conditionHeld: boolean | undefined;
  /** Whether it has been active since it was loaded. */
  readonly hasBeenActive: boolean;
}

/** systemd's state in the four words that conditions know. */
export function stateOf({ activeState, hasJob }: Unit): ServiceReading['state'] {
  switch (activeState) {
    case 'active':
    case 'reloading':
    case 'refreshing':
      return 'running';
    case 'failed':
      return 'failed';
    case 'inactive':
      return hasJob ? 'transition' : 'stopped';
    default:
      return 'transition'; // activating (also between automatic restarts), deactivating, maintenance
  }
}

/**
 * Whether a unit is meant to run now:
 * - it is enabled, and of a kind that stays (a one-shot that has ended well is done, not stopped);
 * - or it has failed although nobody enabled it, having been active before: something had started it for a reason.
 * Not wanted: what waits for its timer, socket or path; what its own conditions keep from starting on this host; transient and
 * masked units.
 */
export function isWanted(unit: Unit): boolean {
  if (unit.loadState !== 'loaded' || unit.unitFileState === 'transient') return false;
  const enabled = unit.unitFileState === 'enabled' || unit.unitFileState === 'enabled-runtime';
  const state = stateOf(unit);
  if (state === 'failed') return enabled || unit.hasBeenActive;
  if (!enabled) return false;
  if (unit.type === 'oneshot' && !unit.remainAfterExit) return false;
  if (state !== 'stopped') return true;
  return unit.triggeredBy.length === 0 && unit.conditionHeld !== false;
}

export function serviceReadingOf(unit: Unit, at: number): ServiceReading {
  const state = stateOf(unit);
  const result =
    state === 'failed' && unit.result !== '' && unit.result !== 'success' ? `, ${unit.result}` : '';
  return {
    kind: 'service',
    at,
    name: unit.name,
    manager: 'systemd',
    state,
    wanted: isWanted(unit),
    detail: `${unit.activeState}, ${unit.subState}${result}`.slice(0, 256),
  };
}
