import type { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Metrics } from '../../metrics/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { Store } from '../../store/index.ts';
import { ApiProblem } from '../api-problem.ts';

/** What whoever runs the controller watches. Outside `/api/v1`, where such programs look for them. */
export function addOperationRoutes(
  app: FastifyInstance<Server>,
  { store, storage }: { store: Store; storage: () => Promise<Storage> },
): void {
  let metrics: Promise<Metrics> | undefined;
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'alive' }));
  app.get('/readyz', { schema: { hide: true } }, async () => {
    try {
      await sql`SELECT 1 FROM settings LIMIT 1`.execute(store.read);
    } catch (cause) {
      throw new ApiProblem(
        503,
        'not-ready',
        `the database cannot be read (${cause instanceof Error ? cause.message : String(cause)}); run \`millwright doctor\``,
      );
    }
    return { status: 'ready' };
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    // Only here: where nobody scrapes, their library need not be held in memory.
    metrics ??= import('../../metrics/index.ts').then(({ Metrics }) => new Metrics(store, storage));
    const { contentType, body } = await (await metrics).text();
    return reply.type(contentType).send(body);
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
