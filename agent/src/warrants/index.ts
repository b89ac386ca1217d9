export { appendAudit, auditHead, verifyAudit } from './audit.ts';
export { liftQuarantine } from './budgets.ts';
export { FloorClock } from './floor-clock.ts';
export { ClockNotReset, resetClock } from './reset-clock.ts';
export { pruneRecords } from './retention.ts';
export { WarrantDesk } from './warrant-desk.ts';
