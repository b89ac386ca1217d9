import type { Role } from '@millwright/shared/api';

/** Who may use a route: anybody, whoever reaches a role, or (`metrics`) a token or somebody on this machine. */
export type Access = 'anybody' | 'metrics' | Role;

/** Every route, with who may use it. A route that does not stand here cannot be added. */
export const access: Readonly<Record<string, Access>> = {
  'GET /healthz': 'anybody',
  'GET /readyz': 'anybody',
  'GET /openapi.json': 'anybody',
  'GET /metrics': 'metrics',

  'POST /api/v1/session': 'anybody',
  'DELETE /api/v1/session': 'viewer',
  'GET /api/v1/me': 'viewer',
  'GET /api/v1/live': 'viewer',

  'GET /api/v1/fleet': 'viewer',
  'GET /api/v1/clients': 'viewer',
  'GET /api/v1/endpoints': 'viewer',
  'GET /api/v1/endpoints/:id': 'viewer',
  'GET /api/v1/alerts': 'viewer',
  'GET /api/v1/tickets': 'viewer',
  'GET /api/v1/tickets/:id': 'viewer',
  'GET /api/v1/approvals': 'viewer',
  'GET /api/v1/runbooks': 'viewer',
  'GET /api/v1/runs/:warrant': 'viewer',
  'GET /api/v1/maintenance': 'viewer',

  'POST /api/v1/alerts/:id/acknowledge': 'technician',
  'POST /api/v1/tickets/:id/comments': 'technician',
  'POST /api/v1/tickets/:id/close': 'technician',
  'POST /api/v1/approvals/:remediation/approve': 'technician',
  'POST /api/v1/approvals/:remediation/draft': 'technician',
  'POST /api/v1/approvals/:remediation/signature': 'technician',
  'POST /api/v1/approvals/:remediation/decline': 'technician',
  'POST /api/v1/endpoints/:id/approve': 'technician',
  'POST /api/v1/endpoints/:id/revoke': 'technician',
  'POST /api/v1/runs': 'technician',
  'POST /api/v1/maintenance': 'technician',
  'DELETE /api/v1/maintenance/:window': 'technician',
  'POST /api/v1/enrolment-tokens': 'technician',
  // Whoever may act may stop everything; only an owner lets it run again (see the route).
  'PUT /api/v1/kill-switch': 'technician',

  'PUT /api/v1/runbooks/:platform/:category/:name/modes/:client': 'owner',
  'DELETE /api/v1/runbooks/:platform/:category/:name/modes/:client': 'owner',
  'GET /api/v1/tokens': 'owner',
  'POST /api/v1/tokens': 'owner',
  'DELETE /api/v1/tokens/:id': 'owner',
  'GET /api/v1/audit': 'owner',
};
