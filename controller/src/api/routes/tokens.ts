import {
  ApiTokenCreated,
  ApiTokenRequest,
  ApiTokenSummary,
  EnrolmentTokenCreated,
  EnrolmentTokenRequest,
} from '@millwright/shared/api';
import { z } from 'zod';
import { createApiToken, listApiTokens, revokeApiToken } from '../../auth/index.ts';
import { createEnrolmentToken } from '../../identity/index.ts';
import { listOf, Nothing, NumberInAddress } from '../answers.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';

/** Tokens: for endpoints that enrol, and for programs that use the API. */
export const tokenRoutes: RouteGroup = async (app, parts) => {
  app.post(
    '/enrolment-tokens',
    {
      schema: {
        summary: 'Make a token that enrols one endpoint',
        body: EnrolmentTokenRequest,
        response: { 201: EnrolmentTokenCreated },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await createEnrolmentToken(parts, { ...request.body, by: callerOf(request).name })),
  );
  app.get(
    '/tokens',
    { schema: { summary: 'API tokens', response: { 200: listOf(ApiTokenSummary) } } },
    async () => ({
      items: await listApiTokens(parts.store.read),
    }),
  );
  app.post(
    '/tokens',
    {
      schema: {
        summary: 'Make an API token for a program',
        body: ApiTokenRequest,
        response: { 201: ApiTokenCreated },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await createApiToken(parts, { ...request.body, by: callerOf(request).name })),
  );
  app.delete(
    '/tokens/:id',
    {
      schema: {
        summary: 'End an API token',
        params: z.object({ id: NumberInAddress }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await revokeApiToken(parts, { id: request.params.id, by: callerOf(request).name });
      return reply.code(204).send();
    },
  );
};
