import { Alert, AlertQuery } from '@millwright/shared/api';
import { z } from 'zod';
import { Nothing, NumberInAddress, pageOf } from '../answers.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { alerts } from '../queries/alerts.ts';

/** Faults that were seen. */
export const alertRoutes: RouteGroup = async (app, { store, engine }) => {
  app.get(
    '/alerts',
    {
      schema: {
        summary: 'Alerts: those that stand first, the newest first',
        querystring: AlertQuery,
        response: { 200: pageOf(Alert) },
      },
    },
    async (request) => alerts(store.read, request.query),
  );
  app.post(
    '/alerts/:id/acknowledge',
    {
      schema: {
        summary: 'Say that somebody has seen an alert',
        params: z.object({ id: NumberInAddress }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await engine.acknowledge(request.params.id, callerOf(request).name);
      return reply.code(204).send();
    },
  );
};
