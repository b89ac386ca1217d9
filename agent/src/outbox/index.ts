export { Outbox, OutboxFull } from './outbox.ts';
