export * from './watch.ts';
export * from './watch-error.ts';
