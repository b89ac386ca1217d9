export { PolicyDistribution } from './distribution.ts';
export { policyFor } from './policy.ts';
export { overridesOf, PolicyError, type PolicyScope, setConditionPolicy } from './set-policy.ts';
