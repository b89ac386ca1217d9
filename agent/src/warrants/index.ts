export { auditHead, verifyAudit } from './audit.ts';
export { liftQuarantine } from './budgets.ts';
export { FloorClock } from './floor-clock.ts';
export { WarrantDesk } from './warrant-desk.ts';
