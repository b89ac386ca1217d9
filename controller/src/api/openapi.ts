import type { Server } from 'node:https';
import swagger from '@fastify/swagger';
import { ApiError } from '@millwright/shared/api';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { access } from './access.ts';

/** Describes every route under `/api/v1` in OpenAPI 3.1, from the schemas that check and write the messages. */
export async function describeApi(app: FastifyInstance<Server>): Promise<void> {
  app.addHook('onRoute', (route) => {
    const { schema, url, method } = route;
    if (schema === undefined || !url.startsWith('/api/')) return;
    const needed = access[`${String(method)} ${url}`] ?? 'owner';
    schema.tags ??= [url.split('/')[3] ?? ''];
    schema.description ??= needed === 'anybody' ? 'Open to anybody.' : `Takes the role ${needed}.`;
    if (needed === 'anybody') schema.security = [];
    schema.response = { ...(typeof schema.response === 'object' ? schema.response : {}), '4xx': ApiError };
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Millwright',
        version: '1',
        description: 'Times are milliseconds since the epoch. Every error is `{code, message}`.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'millwright_session' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
  });
}
