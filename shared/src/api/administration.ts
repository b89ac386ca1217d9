import { z } from 'zod';
import { Instant } from '../readings/reading.ts';
import { RunbookId } from '../runbook/manifest.ts';
import { Parameters } from '../runbook/parameters.ts';
import { MaintenanceRequest } from './requests.ts';
import { Role } from './resources.ts';

/** POST /api/v1/approvals/:remediation/decline */
export const DeclineRequest = z.strictObject({ reason: z.string().trim().max(400).optional() });
/** POST /api/v1/tickets/:id/close */
export const CloseRequest = z.strictObject({ text: z.string().trim().max(4000).optional() });

/** POST /api/v1/runs: run a runbook on an endpoint by hand. */
export const RunRequest = z.strictObject({
  endpoint: z.string().min(1).max(64),
  runbook: RunbookId,
  parameters: Parameters.default({}),
});
/** The run is ordered; fetch it under this id. */
export const RunOrdered = z.object({ warrant: z.uuid() });

/** A time in which alerts are seen and not acted on. */
export const MaintenanceWindow = MaintenanceRequest.extend({
  window: z.number().int(),
  createdBy: z.string(),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/** A one-time enrolment token: shown this once. */
export const EnrolmentTokenCreated = z.object({ token: z.string(), expiresAt: Instant });

/** An API token as it is listed. */
export const ApiTokenSummary = z.object({
  id: z.number().int(),
  name: z.string(),
  role: Role,
  createdAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.nullable(),
});
/** An API token just made: shown this once. */
export const ApiTokenCreated = z.object({ id: z.number().int(), token: z.string(), expiresAt: Instant });

/** One entry of the audit log. `hash` covers it and every entry before it. */
export const AuditRecord = z.object({
  seq: z.number().int(),
  at: Instant,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
