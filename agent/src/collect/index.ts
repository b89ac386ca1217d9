export * from './collect-error.ts';
export * from './collector.ts';
export * from './facts.ts';
export * from './latest-readings.ts';
export * from './registry.ts';
export * from './scheduler.ts';
