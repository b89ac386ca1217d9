export * from './database.ts';
export { isDiskFailure } from './disk-failure.ts';
export { AlreadyRunning, lockInstance } from './instance-lock.ts';
export { noteStart, noteStop } from './last-end.ts';
