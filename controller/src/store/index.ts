export { copyDatabase } from './copy-database.ts';
export { isStoreFailure, openStore, type Reader, type Store, StoreError, type Writer } from './store.ts';
export type { Tables } from './tables.ts';
