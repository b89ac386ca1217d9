export { type AuditEntry, AuditLog } from './audit-log.ts';
export type { AuditHead } from './chain.ts';
export { AuditHeadRecord, type AuditVerdict, verifyAudit } from './verify-audit.ts';
