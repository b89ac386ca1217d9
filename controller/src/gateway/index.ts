export { Gateway } from './gateway.ts';
export { Ingest } from './ingest.ts';
