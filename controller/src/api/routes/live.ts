import { z } from 'zod';
import { credentialOf, findCaller } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';

/** The live feed: what changed, as server-sent events. */
export const liveRoutes: RouteGroup = async (app, parts) => {
  app.get(
    '/live',
    {
      schema: {
        summary: 'What changes, as server-sent events; each `data:` is a LiveChange',
        response: {
          200: {
            description: 'Open until the session ends.',
            content: { 'text/event-stream': { schema: z.string() } },
          },
        },
      },
    },
    async (request, reply) => {
      reply.hijack();
      parts.streams.start(
        reply.raw,
        credentialOf(request)?.secret ?? '',
        async () => (await findCaller(parts, request)) !== undefined,
      );
    },
  );
};
