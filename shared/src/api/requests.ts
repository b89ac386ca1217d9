import { z } from 'zod';
import { AlertState, EndpointStatus, Mode, Role, Severity, TicketState } from './resources.ts';

/** Every long list comes in pages: `after` is the `next` of the page before. */
export const PageQuery = z.strictObject({
  after: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** Text that a row must mention, whatever its case. */
const words = z.string().max(100).optional();

/** GET /api/v1/endpoints */
export const EndpointQuery = PageQuery.extend({
  client: z.string().optional(),
  status: EndpointStatus.optional(),
  words,
});
/** GET /api/v1/alerts */
export const AlertQuery = PageQuery.extend({
  state: AlertState.optional(),
  severity: Severity.optional(),
  endpoint: z.string().optional(),
  words,
});
/** GET /api/v1/tickets */
export const TicketQuery = PageQuery.extend({
  state: TicketState.optional(),
  endpoint: z.string().optional(),
  words,
});

/** POST /api/v1/session: a password, or the one-time link's code. Answers with a cookie. */
export const SignIn = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('password'),
    name: z.string().min(1).max(64),
    password: z.string().min(1).max(256),
  }),
  z.strictObject({ by: z.literal('link'), code: z.string().min(20).max(64) }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** POST /api/v1/tickets/:id/comments */
export const CommentRequest = z.strictObject({ text: z.string().trim().min(1).max(4000) });
/** PUT /api/v1/runbooks/:platform/:category/:name/modes/:client */
export const ModeRequest = z.strictObject({ mode: Mode });
/** PUT /api/v1/kill-switch */
export const KillSwitchRequest = z.strictObject({
  on: z.boolean(),
  reason: z.string().trim().min(1).max(400),
});
/** POST /api/v1/maintenance */
export const MaintenanceRequest = z.strictObject({
  /** One of a client, a site or an endpoint, by id. */
  scope: z.enum(['client', 'site', 'endpoint']),
  id: z.string(),
  startsAt: z.number().int(),
  endsAt: z.number().int(),
  reason: z.string().trim().min(1).max(400),
});
export type MaintenanceRequest = z.infer<typeof MaintenanceRequest>;
/** POST /api/v1/tokens: an API token for a program. Shown once. */
export const ApiTokenRequest = z.strictObject({
  name: z.string().min(1).max(64),
  role: Role,
  expiresInDays: z.number().int().min(1).max(365),
});
/** POST /api/v1/enrolment-tokens */
export const EnrolmentTokenRequest = z.strictObject({
  client: z.string().min(1).max(64),
  site: z.string().min(1).max(64),
  hours: z.number().min(0.1).max(24),
});

/** Every error of the API. `code` is stable; `message` says what happened, to what, and what to do. */
export const ApiError = z.object({ code: z.string(), message: z.string() });
export type ApiError = z.infer<typeof ApiError>;
