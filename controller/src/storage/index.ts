export { type Storage, storageOf } from './storage.ts';
