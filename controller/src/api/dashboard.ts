import { existsSync } from 'node:fs';
import type { Server } from 'node:https';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ApiProblem } from './api-problem.ts';

/** Whether the dashboard was built into this folder. */
export function dashboardBuilt(dir: string): boolean {
  return existsSync(join(dir, 'index.html'));
}

/** Serves the built dashboard: its files by name, and its one page for every address that a person may open. */
export async function addDashboard(app: FastifyInstance<Server>, dir: string): Promise<void> {
  const built = dashboardBuilt(dir);
  if (built) {
    await app.register(fastifyStatic, {
      root: dir,
      serve: false,
      cacheControl: false,
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const page = request.method === 'GET' && !path.startsWith('/api/');
    if (!page)
      throw new ApiProblem(
        404,
        'not-found',
        `there is no ${request.method} ${path} in this API; see /openapi.json`,
      );
    if (!built)
      throw new ApiProblem(
        404,
        'dashboard-missing',
        'the dashboard is not built here; build it, or use the API (see /openapi.json)',
      );
    if (path.startsWith('/assets/')) {
      if (!/^\/assets\/[A-Za-z0-9_.-]+$/.test(path) || !existsSync(join(dir, path)))
        throw new ApiProblem(404, 'not-found', `there is no ${path}; load the page again`);
      // Names of assets hold the hash of what they contain.
      return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(path);
    }
    const file =
      /^\/[a-z0-9-]+\.(svg|ico|png|txt|webmanifest)$/.test(path) && existsSync(join(dir, path))
        ? path
        : 'index.html';
    return reply.header('cache-control', 'no-cache').sendFile(file);
  });
}
