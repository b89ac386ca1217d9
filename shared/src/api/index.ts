export * from './administration.ts';
export * from './live.ts';
export * from './requests.ts';
export * from './resources.ts';
export * from './signing.ts';
