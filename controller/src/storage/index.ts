export { type Room, roomOf, type Storage, storageOf } from './storage.ts';
