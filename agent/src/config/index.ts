export * from './configuration.ts';
export * from './configuration-error.ts';
export * from './identity.ts';
export * from './local-policy.ts';
