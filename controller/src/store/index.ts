export { type Reader, type Store, StoreError, openStore, type Writer } from './store.ts';
export type { Tables } from './tables.ts';
