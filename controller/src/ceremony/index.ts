export { addNamespace } from './add-namespace.ts';
export { type InitOptions, type InitResult, initCatalogue } from './init-catalogue.ts';
export { type LintProblem, lintRunbook } from './lint/index.ts';
export { renewCatalogue } from './renew-catalogue.ts';
export { type SignedRunbook, type SignOptions, type SignResult, signRunbooks } from './sign-runbooks.ts';
export type { StagedRole } from './stage-role.ts';
export { addTechnician, removeTechnician, type TechnicianOptions } from './technicians.ts';
