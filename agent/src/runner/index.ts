export * from './process-step-runner.ts';
export * from './run.ts';
export * from './step-runner.ts';
