export * from './catalogue.ts';
export * from './definition.ts';
export * from './tracker.ts';
