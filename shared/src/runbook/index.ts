export * from './manifest.ts';
export * from './parameters.ts';
