import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProbeResult } from './probe-collector.ts';

/** Answers of a name server that works: it may well know nothing of the name. */
const answers = new Set(['ENOTFOUND', 'ENODATA']);

/** Whether `/etc/resolv.conf` names a server; without one the resolver would ask this host itself. */
export function namesServer(resolvConf: string): boolean {
  return /^\s*nameserver\s+\S/m.test(resolvConf);
}

const isConfigured = (): boolean => {
  if (process.platform !== 'linux') return true;
  try {
    return namesServer(readFileSync('/etc/resolv.conf', 'utf8'));
  } catch {
    return false; // No file, no servers.
  }
};

/**
 * Whether the configured name servers answer. They are asked for this host's own name, which tells nobody anything; that they do not
 * know it is an answer too. `undefined` where no server is configured.
 */
export async function probeNameResolution(
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<ProbeResult | undefined> {
  if (servers === undefined && !isConfigured()) return undefined;
  const resolver = new Resolver({ timeout: 1500, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const asked = resolver.getServers();
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const started = performance.now();
  const from = asked.join(', ').slice(0, 200);
  try {
    await resolver.resolve4(hostname());
    return { ok: true, ms: performance.now() - started, detail: from };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (answers.has(code)) return { ok: true, ms: performance.now() - started, detail: from };
    return { ok: false, ms: null, detail: `${from}: ${code}` };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
