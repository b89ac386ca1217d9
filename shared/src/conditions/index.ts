export * from './catalogue.ts';
export * from './definition.ts';
export * from './standing.ts';
export * from './step.ts';
export * from './tracker.ts';
