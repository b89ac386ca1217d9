import { EndpointDetail, EndpointQuery, EndpointSummary } from '@millwright/shared/api';
import { Reading } from '@millwright/shared/readings';
import { z } from 'zod';
import { listOf } from '../answers.ts';
import { notFound } from '../api-problem.ts';
import type { RouteGroup } from '../parts.ts';
import { alerts } from '../queries/alerts.ts';
import { endpoint, endpoints } from '../queries/endpoints.ts';

/** How many of an endpoint's alerts its page shows. */
const alertsShown = 50;

/** The managed machines. */
export const endpointRoutes: RouteGroup = async (app, { store, policyFor }) => {
  app.get(
    '/endpoints',
    {
      schema: {
        summary: 'Endpoints, those that need a person first',
        querystring: EndpointQuery,
        response: { 200: listOf(EndpointSummary) },
      },
    },
    async (request) => ({ items: await endpoints(store.read, request.query) }),
  );
  app.get(
    '/endpoints/:id',
    {
      schema: {
        summary: 'One endpoint with its newest readings',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: EndpointDetail },
      },
    },
    async ({ params: { id } }) => {
      const found = await endpoint(store.read, id);
      if (found === undefined) throw notFound(`endpoint ${id}`);
      const readings = await store.read
        .selectFrom('readings')
        .select('reading')
        .where('endpoint', '=', id)
        .orderBy('key')
        .execute();
      return {
        ...found,
        readings: readings.map(({ reading }) => Reading.parse(JSON.parse(reading))),
        alerts: await alerts(store.read, { endpoint: id, limit: alertsShown }),
        policy: await policyFor(id),
      };
    },
  );
};
