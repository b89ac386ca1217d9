export { auditHead, verifyAudit } from './audit.ts';
export { liftQuarantine } from './budgets.ts';
export { FloorClock } from './floor-clock.ts';
export type { WarrantPorts } from './ports.ts';
export { WarrantDesk } from './warrant-desk.ts';
