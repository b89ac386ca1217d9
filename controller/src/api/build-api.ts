import type { Server } from 'node:https';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { default as Fastify, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { KeyPair } from '../identity/index.ts';
import { ApiProblem } from './api-problem.ts';
import { guardRoutes } from './callers.ts';
import { addDashboard } from './dashboard.ts';
import { failureOf } from './failures.ts';
import { addSecurityHeaders } from './headers.ts';
import { LiveStreams } from './live-streams.ts';
import { describeApi } from './openapi.ts';
import type { RouteGroup, RouteParts } from './parts.ts';
import { alertRoutes } from './routes/alerts.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { auditRoutes } from './routes/audit.ts';
import { endpointRoutes } from './routes/endpoints.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { liveRoutes } from './routes/live.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { addOperationRoutes } from './routes/operation.ts';
import { runbookRoutes } from './routes/runbooks.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { ticketRoutes } from './routes/tickets.ts';
import { tokenRoutes } from './routes/tokens.ts';

const maxBodyBytes = 65_536;

const groups: readonly RouteGroup[] = [
  sessionRoutes,
  fleetRoutes,
  endpointRoutes,
  alertRoutes,
  ticketRoutes,
  approvalRoutes,
  runbookRoutes,
  runRoutes,
  maintenanceRoutes,
  tokenRoutes,
  auditRoutes,
  liveRoutes,
];

export interface ApiParts extends Omit<RouteParts, 'streams'> {
  readonly tls: KeyPair;
  /** Where the dashboard was built into; the API serves without one. */
  readonly dashboardDir: string;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
}

/** The people's door: the API under `/api/v1` and the dashboard, over TLS 1.3 or 1.2. Call `listen` to open it. */
export async function buildApi({
  tls,
  dashboardDir,
  log,
  ...parts
}: ApiParts): Promise<FastifyInstance<Server>> {
  const app = Fastify({
    https: { cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' },
    bodyLimit: maxBodyBytes,
    logger: false,
    routerOptions: { maxParamLength: 128 },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
  });
  // JSON alone: a form of another site can send the other types without being asked.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    const { status, answer, unforeseen } = failureOf(error);
    if (unforeseen)
      log('request failed', {
        method: request.method,
        route: request.routeOptions.url,
        error: error instanceof Error ? error.stack : String(error),
      });
    return reply.code(status).send(answer);
  });

  const streams = new LiveStreams(parts.live);
  app.addHook('preClose', async () => streams.end());
  addSecurityHeaders(app);
  await app.register(cookie);
  guardRoutes(app, parts);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new ApiProblem(429, 'too-many', `too many attempts from this address; wait ${after} and try again`),
  });
  await describeApi(app);
  addOperationRoutes(app, { store: parts.store, storage: parts.storage });
  for (const group of groups) await app.register(group, { ...parts, streams, prefix: '/api/v1' });
  await addDashboard(app, dashboardDir);
  return app;
}
