import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import type { CommandRunner } from '../command.ts';
import type { ProbeResult } from './probe-collector.ts';

/** The default route's gateway in the text of `/proc/net/route`: hexadecimal, lowest byte first; the lowest metric wins. */
export function parseRoutes(text: string): string | undefined {
  const gateways = text.split('\n').flatMap((line) => {
    const [, destination, gateway = '', flags = '', , , metric, mask] = line.trim().split(/\s+/);
    // RTF_UP and RTF_GATEWAY
    if (destination !== '00000000' || mask !== '00000000' || (Number.parseInt(flags, 16) & 3) !== 3)
      return [];
    const octets =
      gateway
        .match(/../g)
        ?.reverse()
        .map((hex) => Number.parseInt(hex, 16)) ?? [];
    return [{ address: octets.join('.'), metric: Number(metric) }];
  });
  return gateways.sort((a, b) => a.metric - b.metric)[0]?.address;
}

/** Whether a neighbour has answered, by the text of `/proc/net/arp` (ATF_COM); `undefined` where it is not listed. */
export function parseArp(text: string, address: string): boolean | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${address} `));
  const flags = line?.split(/\s+/)[2];
  return flags === undefined ? undefined : (Number.parseInt(flags, 16) & 2) !== 0;
}

/** The `discard` port: nobody answers, and nobody has to. */
const discard = 9;
/** How long the kernel is given to find a neighbour; it asks three times, a second apart. */
const patienceMs = 3200;

/**
 * Whether the gateway is on the link, without a program and without ICMP rights: a datagram to it makes the kernel look for it
 * (or confirm that it is still there), and the kernel's table of neighbours tells what came of it. `undefined` where there is no
 * gateway with an Ethernet address to find.
 */
export async function probeLinuxGateway(signal: AbortSignal): Promise<ProbeResult | undefined> {
  const gateway = parseRoutes(readFileSync('/proc/net/route', 'utf8'));
  if (gateway === undefined) return undefined;
  const started = performance.now();
  const refused = await send(gateway);
  for (;;) {
    const answered = parseArp(readFileSync('/proc/net/arp', 'utf8'), gateway);
    const ms = performance.now() - started;
    if (answered === true) return { ok: true, ms: null, detail: gateway };
    if (answered === undefined && refused === undefined) return undefined;
    if (refused !== undefined || ms > patienceMs)
      return { ok: false, ms: null, detail: `${gateway} does not answer` };
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Answers the error with which the kernel refused, such as EHOSTUNREACH. */
function send(address: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (error?: Error | null): void => {
      socket.close();
      resolve(error ?? undefined);
    };
    socket.once('error', done);
    socket.send(Buffer.alloc(1), discard, address, (error) => done(error));
  });
}

/** `gateway: 192.168.1.1` in the output of `route -n get default`. */
export function parseDarwinRoute(text: string): string | undefined {
  return /^\s*gateway: (\d+\.\d+\.\d+\.\d+)$/m.exec(text)?.[1];
}

export const probeDarwinGateway = async (run: CommandRunner): Promise<ProbeResult | undefined> => {
  const gateway = parseDarwinRoute(await run('/sbin/route', ['-n', 'get', 'default']));
  return gateway === undefined
    ? undefined
    : ping(gateway, () => run('/sbin/ping', ['-c', '1', '-t', '2', gateway]));
};

const findWindowsGateway =
  "(Get-NetRoute -DestinationPrefix '0.0.0.0/0' -ErrorAction SilentlyContinue | Sort-Object { $_.RouteMetric + $_.InterfaceMetric } | Select-Object -First 1).NextHop";
/** Finding the gateway means starting PowerShell: done every so many probes. */
const findEvery = 20;

export function windowsGateway(run: CommandRunner, ping4: string): () => Promise<ProbeResult | undefined> {
  let gateway: string | undefined;
  let uses = 0;
  return async () => {
    if (uses % findEvery === 0)
      gateway = /^\d+\.\d+\.\d+\.\d+$/.exec((await run.powershell(findWindowsGateway)).trim())?.[0];
    uses += 1;
    const address = gateway;
    return address === undefined || address === '0.0.0.0'
      ? undefined
      : ping(address, () => run(ping4, ['-n', '1', '-w', '2000', address]));
  };
}

/** Windows' ping also succeeds when a router answers in the place of who was asked: only an answer shows a time to live. */
async function ping(address: string, run: () => Promise<string>): Promise<ProbeResult> {
  const started = performance.now();
  try {
    const ok = /ttl=/i.test(await run());
    return {
      ok,
      ms: ok ? performance.now() - started : null,
      detail: ok ? address : `${address} does not answer`,
    };
  } catch {
    // ping exits with an error where nobody answers.
    return { ok: false, ms: null, detail: `${address} does not answer` };
  }
}
