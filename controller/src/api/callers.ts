import type { Server } from 'node:https';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AuthParts, type Caller, reaches, sessionCaller, tokenCaller } from '../auth/index.ts';
import { type Access, access } from './access.ts';
import { ApiProblem } from './api-problem.ts';
import { isLoopback } from './loopback.ts';
import { requireSameOrigin } from './same-origin.ts';

/** The session's cookie. */
export const SESSION_COOKIE = 'millwright_session';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once their access was checked; null on routes that are open to anybody. */
    caller: Caller | null;
  }
}

/** Who asks, on a route that somebody must have been let into. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null)
    throw new Error(`${request.method} ${request.url} asks for its caller and is open to anybody`);
  return request.caller;
}

/** The secret that a request brings, and what it is. */
export function credentialOf(
  request: FastifyRequest,
): { kind: 'token' | 'session'; secret: string } | undefined {
  const bearer = /^Bearer ([A-Za-z0-9_-]{20,128})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { kind: 'token', secret: bearer };
  const session = request.cookies[SESSION_COOKIE];
  return session === undefined ? undefined : { kind: 'session', secret: session };
}

/** Who asks; undefined without a credential that is in force. */
export async function findCaller(parts: AuthParts, request: FastifyRequest): Promise<Caller | undefined> {
  const credential = credentialOf(request);
  if (credential === undefined) return undefined;
  return credential.kind === 'token'
    ? tokenCaller(parts, credential.secret)
    : sessionCaller(parts, credential.secret);
}

async function admit(parts: AuthParts, request: FastifyRequest, needed: Access): Promise<void> {
  if (credentialOf(request)?.kind !== 'token') requireSameOrigin(request);
  if (needed === 'anybody' || (needed === 'metrics' && isLoopback(request))) return;
  const caller = await findCaller(parts, request);
  if (caller === undefined)
    throw new ApiProblem(
      401,
      'not-signed-in',
      'nobody is signed in here, or the session has ended; sign in again',
    );
  const role = needed === 'metrics' ? 'viewer' : needed;
  if (!reaches(caller.role, role))
    throw new ApiProblem(
      403,
      'not-allowed',
      `${caller.name} is a ${caller.role}, and this takes a${role === 'owner' ? 'n owner' : ` ${role}`}; ask an owner`,
    );
  request.caller = caller;
}

/** Checks the access of every route, and refuses to add one that does not stand in the table. */
export function guardRoutes(app: FastifyInstance<Server>, parts: AuthParts): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat())
      if (!Object.hasOwn(access, `${one} ${url}`))
        throw new Error(`${one} ${url} does not stand in the table of access`);
  });
  app.addHook('onRequest', async (request) => {
    const { method, url } = request.routeOptions;
    const needed = access[`${method} ${url}`];
    // Only what no route serves has no entry; it is answered by "not found".
    if (needed !== undefined) await admit(parts, request, needed);
  });
}
