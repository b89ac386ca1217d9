import type { Condition, ConditionOverride, Rule } from './definition.ts';
import { diskCritical, diskFilling, filesystemReadOnly, folderOverLimit, inodesLow } from './disk.ts';
import { probeFailing } from './probe.ts';
import { processStopped, serviceStopped } from './service.ts';

/** Every condition that an endpoint evaluates on single readings. Adding one is adding it here. */
export const conditions: readonly Condition[] = [
  diskFilling,
  diskCritical,
  inodesLow,
  filesystemReadOnly,
  folderOverLimit,
  serviceStopped,
  processStopped,
  probeFailing,
];

/** Too many transitions of another condition on the same subject: raised by the tracker, never by one reading. */
export const flapping = { id: 'service-flapping', title: 'Service flapping', severity: 'warning' } as const;

/** Conditions that only the controller can see. */
export const controllerConditions = {
  'agent-offline': { title: 'Agent offline', severity: 'critical' },
  'site-offline': { title: 'Site offline', severity: 'critical' },
} as const;

export type ConditionOverrides = Readonly<Record<string, ConditionOverride>>;

/**
 * The rules in force under a policy.
 * @throws ZodError when an override is not valid for its condition.
 */
export function rulesUnder(overrides: ConditionOverrides): readonly Rule[] {
  return conditions
    .filter((condition) => overrides[condition.id]?.enabled !== false)
    .map((condition) => condition.bind(overrides[condition.id]));
}
