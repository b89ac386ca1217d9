export { openState, transaction } from './database.ts';
export { diskProblemOf, isDiskFailure, remedies } from './disk-failure.ts';
export { AlreadyRunning, lockInstance } from './instance-lock.ts';
export { noteStart, noteStop } from './last-end.ts';
export { keepReserve, RESERVE_BYTES, roomOf } from './reserve.ts';
export { stateCollector } from './state-collector.ts';
export { untilWritten } from './until-written.ts';
