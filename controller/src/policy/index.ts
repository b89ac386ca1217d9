export { PolicyDistribution } from './distribution.ts';
export { policyFor } from './policy.ts';
