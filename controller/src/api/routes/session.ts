import { Me, SignIn } from '@millwright/shared/api';
import { endSession, SESSION_MS, signIn } from '../../auth/index.ts';
import { Nothing } from '../answers.ts';
import { callerOf, credentialOf, SESSION_COOKIE } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';

const cookie = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const;

/** Guesses at a password that one address may make in a minute. */
const attemptsPerMinute = 10;

/** Signing in and out, and who one is. */
export const sessionRoutes: RouteGroup = async (app, parts) => {
  app.post(
    '/session',
    {
      schema: {
        summary: 'Sign in with a password or a one-time link',
        body: SignIn,
        response: { 204: Nothing },
      },
      config: { rateLimit: { max: attemptsPerMinute, timeWindow: 60_000 } },
    },
    async (request, reply) => {
      const session = await signIn(parts, request.body);
      return reply
        .setCookie(SESSION_COOKIE, session.secret, { ...cookie, maxAge: SESSION_MS / 1000 })
        .code(204)
        .send();
    },
  );
  app.delete(
    '/session',
    { schema: { summary: 'Sign out', response: { 204: Nothing } } },
    async (request, reply) => {
      const credential = credentialOf(request);
      if (credential?.kind === 'session') {
        await endSession(parts, credential.secret);
        parts.streams.end(credential.secret);
      }
      return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send();
    },
  );
  app.get('/me', { schema: { summary: 'Who is signed in', response: { 200: Me } } }, async (request) => {
    const { name, role } = callerOf(request);
    return { name, role };
  });
};
