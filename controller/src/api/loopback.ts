import type { FastifyRequest } from 'fastify';

const addresses: readonly string[] = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** Whether somebody on this machine asks. What a proxy on this machine passes on comes from elsewhere. */
export function isLoopback({ ip, headers }: FastifyRequest): boolean {
  return (
    addresses.includes(ip) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined
  );
}
