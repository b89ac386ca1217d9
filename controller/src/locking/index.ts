export { takeLock } from './kernel-lock.ts';
