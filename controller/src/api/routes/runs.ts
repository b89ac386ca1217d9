import { Run, RunOrdered, RunRequest } from '@millwright/shared/api';
import { z } from 'zod';
import { notFound } from '../api-problem.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { run } from '../queries/runs.ts';

/** Executions of runbooks. */
export const runRoutes: RouteGroup = async (app, { store, engine }) => {
  app.post(
    '/runs',
    {
      schema: {
        summary: 'Run an L0 or L1 runbook on an endpoint by hand',
        body: RunRequest,
        response: { 202: RunOrdered },
      },
    },
    async (request, reply) => {
      const { warrant } = await engine.order({ ...request.body, by: callerOf(request).name });
      return reply.code(202).send({ warrant });
    },
  );
  app.get(
    '/runs/:warrant',
    {
      schema: {
        summary: 'One run with its steps and output',
        params: z.object({ warrant: z.uuid() }),
        response: { 200: Run },
      },
    },
    async (request) => {
      const found = await run(store.read, request.params.warrant);
      if (found === undefined) throw notFound(`run ${request.params.warrant}`);
      return found;
    },
  );
};
