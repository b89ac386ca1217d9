import { ModeRequest, RunbookSummary } from '@millwright/shared/api';
import { z } from 'zod';
import { listOf, Nothing } from '../answers.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { runbooks } from '../queries/runbooks.ts';

const segment = z.string().max(64);

/** The catalogue, and how far each runbook is trusted. */
export const runbookRoutes: RouteGroup = async (app, { store, catalogue, engine }) => {
  app.get(
    '/runbooks',
    {
      schema: {
        summary: 'The published runbooks with their modes',
        response: { 200: listOf(RunbookSummary) },
      },
    },
    async () => ({
      items: await runbooks(store.read, catalogue),
    }),
  );
  const params = z.object({ platform: segment, category: segment, name: segment, client: segment });
  app.put(
    '/runbooks/:platform/:category/:name/modes/:client',
    {
      schema: {
        summary: 'Set how far a runbook is trusted for a client (`*`: all others)',
        params,
        body: ModeRequest,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { platform, category, name, client } = request.params;
      await engine.setMode(
        `${platform}/${category}/${name}`,
        client,
        request.body.mode,
        callerOf(request).name,
      );
      return reply.code(204).send();
    },
  );
  app.delete(
    '/runbooks/:platform/:category/:name/modes/:client',
    {
      schema: {
        summary: "Take away a client's own mode: the one for all others counts for it again",
        params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { platform, category, name, client } = request.params;
      await engine.unsetMode(`${platform}/${category}/${name}`, client, callerOf(request).name);
      return reply.code(204).send();
    },
  );
};
