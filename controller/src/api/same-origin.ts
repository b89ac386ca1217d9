import type { FastifyRequest } from 'fastify';
import { ApiProblem } from './api-problem.ts';

const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * A change that a browser sends must come from the page that this controller served. Beside SameSite=Strict cookies: an
 * old browser, or another port of the same host, gets no further either.
 * @throws ApiProblem `cross-origin`
 */
export function requireSameOrigin({ method, headers }: FastifyRequest): void {
  if (reading.includes(method)) return;
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  const foreign =
    (site !== undefined && site !== 'same-origin') ||
    (origin !== undefined && origin !== `https://${headers.host ?? ''}`);
  if (foreign)
    throw new ApiProblem(
      403,
      'cross-origin',
      'this change was sent by another site; open the dashboard itself and try again',
    );
}
