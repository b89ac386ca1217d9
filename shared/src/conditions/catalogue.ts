import type { Condition, ConditionOverride, Rule, Severity } from './definition.ts';
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

/** The rules in force, and the overrides that are not valid for their condition. */
export interface Rebinding {
  readonly rules: readonly Rule[];
  readonly problems: readonly { readonly condition: string; readonly message: string }[];
}

/**
 * The rules under a policy where each invalid override leaves that condition's rule in `current` as it is, so that one wrong
 * figure neither blinds an endpoint nor stops the rest of the policy.
 */
export function rebind(overrides: ConditionOverrides, current: readonly Rule[]): Rebinding {
  const rules: Rule[] = [];
  const problems: { condition: string; message: string }[] = [];
  for (const id of Object.keys(overrides)) {
    if (
      !conditions.some((condition) => condition.id === id) &&
      id !== flapping.id &&
      !Object.hasOwn(controllerConditions, id)
    )
      problems.push({ condition: id, message: 'no condition has this name' });
  }
  for (const condition of conditions) {
    const override = overrides[condition.id];
    if (override?.enabled === false) continue;
    try {
      rules.push(condition.bind(override));
    } catch (error) {
      problems.push({
        condition: condition.id,
        message: error instanceof Error ? error.message : String(error),
      });
      rules.push(current.find((rule) => rule.id === condition.id) ?? condition.bind(undefined));
    }
  }
  return { rules, problems };
}

/** A condition's title and severity by its id; one that this version does not know keeps its id as title. */
export function conditionTitle(id: string): { title: string; severity: Severity } {
  const { title, severity } = conditions.find((condition) => condition.id === id) ?? {
    title: id,
    severity: 'warning',
  };
  return { title, severity };
}
