import type { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';

/** Scripts, connections and everything else from here alone; styles inline too, which Mantine needs. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The headers of every answer. No HSTS: the certificate is the controller's own CA's, and a browser may not know it. */
export function addSecurityHeaders(app: FastifyInstance<Server>): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    });
    // Answers of the API are somebody's, and of this moment.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
}
