export type { EventSink } from './event-sink.ts';
export { MAX_WAITING, Outbox, OutboxFull } from './outbox.ts';
