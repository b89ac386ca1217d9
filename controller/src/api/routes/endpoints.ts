import { Client, EndpointDetail, EndpointQuery, EndpointSummary } from '@millwright/shared/api';
import { Reading } from '@millwright/shared/readings';
import { z } from 'zod';
import { approveEndpoint, revokeEndpoint } from '../../identity/index.ts';
import { listOf, Nothing, pageOf } from '../answers.ts';
import { notFound } from '../api-problem.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { alerts } from '../queries/alerts.ts';
import { endpoint, endpoints } from '../queries/endpoints.ts';

/** How many of an endpoint's alerts its page shows. */
const alertsShown = 50;

const EndpointAddress = z.object({ id: z.string().max(64) });

/** The managed machines. */
export const endpointRoutes: RouteGroup = async (app, parts) => {
  const { store, live, policyFor } = parts;
  const changed = (id: string): void => {
    live.publish({ changed: 'endpoint', id });
    live.publish({ changed: 'fleet' });
  };
  app.get(
    '/clients',
    { schema: { summary: 'The clients, by name', response: { 200: listOf(Client) } } },
    async () => ({
      items: await store.read
        .selectFrom('clients')
        .select(['id', 'name'])
        .orderBy('name')
        .orderBy('id')
        .execute(),
    }),
  );
  app.get(
    '/endpoints',
    {
      schema: {
        summary: 'Endpoints, those that need a person first',
        querystring: EndpointQuery,
        response: { 200: pageOf(EndpointSummary) },
      },
    },
    async (request) => endpoints(store.read, request.query),
  );
  app.get(
    '/endpoints/:id',
    {
      schema: {
        summary: 'One endpoint with its newest readings',
        params: EndpointAddress,
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
        alerts: (await alerts(store.read, { endpoint: id, limit: alertsShown })).items,
        policy: await policyFor(id),
      };
    },
  );
  for (const [verb, summary, act] of [
    ['approve', 'Let in an endpoint that waits', approveEndpoint],
    ['revoke', 'Shut an endpoint out for good', revokeEndpoint],
  ] as const)
    app.post(
      `/endpoints/:id/${verb}`,
      { schema: { summary, params: EndpointAddress, response: { 204: Nothing } } },
      async (request, reply) => {
        const { id } = request.params;
        await act(parts, { id, by: callerOf(request).name });
        changed(id);
        return reply.code(204).send();
      },
    );
};
