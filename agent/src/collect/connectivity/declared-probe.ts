import { connect } from 'node:net';
import type { DeclaredProbe } from '../../config/index.ts';
import type { ProbeResult } from './probe-collector.ts';

/** How long a service may take to answer. */
const patienceMs = 5000;

/** Runs a probe that the configuration declares. That it fails is its result, not an error. */
export function runDeclaredProbe(
  probe: DeclaredProbe,
  signal: AbortSignal,
  patience = patienceMs,
): Promise<ProbeResult> {
  return probe.probe === 'tcp'
    ? probeTcp(probe.host, probe.port, signal, patience)
    : probeHttp(probe.url, probe.status, signal, patience);
}

function probeTcp(host: string, port: number, signal: AbortSignal, patience: number): Promise<ProbeResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (ok: boolean, detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok, ms: ok ? performance.now() - started : null, detail });
    };
    const timer = setTimeout(
      () => end(false, `${host}:${port} did not answer within ${patience} ms`),
      patience,
    );
    socket.once('connect', () => end(true, `${host}:${port}`));
    socket.once('error', (error) => end(false, error.message));
  });
}

/** One GET; redirects are not followed, a certificate must be valid, and the body is not read. */
async function probeHttp(
  url: string,
  status: number,
  signal: AbortSignal,
  patience: number,
): Promise<ProbeResult> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const started = performance.now();
  return new Promise((resolve) => {
    const end = (ok: boolean, detail: string): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve({ ok, ms: ok ? performance.now() - started : null, detail });
    };
    const asked = request(url, {
      method: 'GET',
      signal,
      agent: false,
      headers: { 'user-agent': 'millwright' },
    });
    const timer = setTimeout(() => end(false, `did not answer within ${patience} ms`), patience);
    asked.once('response', ({ statusCode }) =>
      end(
        statusCode === status,
        statusCode === status ? `status ${status}` : `status ${statusCode}, expected ${status}`,
      ),
    );
    asked.on('error', (error) => end(false, error.message));
    asked.end();
  });
}
