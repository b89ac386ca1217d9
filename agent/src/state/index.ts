export { openState, statePath, transaction } from './database.ts';
export { diskProblemOf, isDiskFailure, remedies } from './disk-failure.ts';
export { AlreadyRunning, lockInstance, lockPath } from './instance-lock.ts';
export { noteStart, noteStop } from './last-end.ts';
export { noteOwner } from './owner.ts';
export { keepReserve, RESERVE_BYTES, type Room, roomOf } from './reserve.ts';
export { stateCollector } from './state-collector.ts';
export { untilWritten } from './until-written.ts';
