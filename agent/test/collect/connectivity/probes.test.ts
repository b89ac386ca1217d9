import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import type { CommandRunner } from '../../../src/collect/command.ts';
import { commands } from '../../../src/collect/command.ts';
import { runDeclaredProbe } from '../../../src/collect/connectivity/declared-probe.ts';
import {
  parseArp,
  parseDarwinRoute,
  parseRoutes,
  probeDarwinGateway,
  windowsGateway,
} from '../../../src/collect/connectivity/gateway.ts';
import { namesServer, probeNameResolution } from '../../../src/collect/connectivity/name-resolution.ts';
import { probesOf } from '../../../src/collect/connectivity/probes.ts';
import { Configuration, DeclaredProbe } from '../../../src/config/index.ts';

const never = new AbortController().signal;
const routes = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0
eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
`;
const arp = `IP address       HW type     Flags       HW address            Mask     Device
10.0.0.1         0x1         0x2         02:fc:00:00:00:05     *        eth0
10.0.0.12        0x1         0x0         00:00:00:00:00:00     *        eth0
`;

describe('gateway', () => {
  it('is the default route with the lowest metric that has one', () => {
    assert.equal(parseRoutes(routes), '10.0.0.1');
    assert.equal(parseRoutes(routes.split('\n').slice(0, 1).join('\n')), undefined);
  });

  it('has answered when the table of neighbours says so', () => {
    assert.equal(parseArp(arp, '10.0.0.1'), true);
    assert.equal(parseArp(arp, '10.0.0.12'), false);
    assert.equal(parseArp(arp, '10.0.0.2'), undefined);
  });

  it('is found and asked by programs elsewhere', async () => {
    const said: string[] = [];
    const run = (answer: string): CommandRunner =>
      Object.assign(
        async (program: string, argv: readonly string[]) => {
          said.push([program, ...argv].join(' '));
          return program === '/sbin/route'
            ? '   route to: default\n    gateway: 192.168.1.1\n  interface: en0\n'
            : answer;
        },
        { powershell: async () => '192.168.1.254\r\n' },
      );
    const answered = '64 bytes from 192.168.1.1: icmp_seq=0 ttl=64 time=1.1 ms';
    assert.equal((await probeDarwinGateway(run(answered)))?.ok, true);
    assert.equal(
      (await windowsGateway(run('Reply from 192.168.1.9: Destination host unreachable.'), 'ping')())?.ok,
      false,
    );
    assert.equal(
      (await windowsGateway(run('Reply from 192.168.1.254: bytes=32 time<1ms TTL=64'), 'ping')())?.ok,
      true,
    );
    assert.deepEqual(said.slice(1, 3), [
      '/sbin/ping -c 1 -t 2 192.168.1.1',
      'ping -n 1 -w 2000 192.168.1.254',
    ]);
    assert.equal(parseDarwinRoute('route: writing to routing socket: not in table'), undefined);
  });
});

describe('declared probes', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const tcp = (port: number) =>
    runDeclaredProbe(DeclaredProbe.parse({ probe: 'tcp', name: 'a', host: '127.0.0.1', port }), never, 50);
  const http = (port: number, status?: number) =>
    runDeclaredProbe(
      DeclaredProbe.parse({ probe: 'http', name: 'a', url: `http://127.0.0.1:${port}/`, status }),
      never,
      50,
    );

  it('connect, or tell why not', async () => {
    const port = await listen(createTcp((socket) => socket.destroy()));
    const result = await tcp(port);
    assert.deepEqual([result.ok, result.ms !== null], [true, true]);
    servers.splice(0)[0]?.close();
    const refused = await tcp(port);
    assert.equal(refused.ok, false);
    assert.match(refused.detail, /ECONNREFUSED/);
  });

  it('expect the status that is declared, and follow no redirect', async () => {
    const port = await listen(
      createHttp((_, response) => {
        response.writeHead(302, { location: '/elsewhere' }).end();
      }),
    );
    assert.deepEqual([(await http(port)).ok, (await http(port)).detail], [false, 'status 302, expected 200']);
    assert.equal((await http(port, 302)).ok, true);
  });

  it('give up on a server that says nothing', async () => {
    const port = await listen(createTcp(() => {}));
    assert.deepEqual(await http(port), { ok: false, ms: null, detail: 'did not answer within 50 ms' });
  });

  it('stand beside the own ones, which can be switched off', () => {
    const names = (connectivity: boolean): string[] =>
      probesOf(
        Configuration.parse({
          stateDir: '/s',
          collect: { connectivity },
          probes: [{ probe: 'tcp', name: 'db', host: 'db', port: 5432 }],
        }),
        commands,
      ).map(({ name }) => name);
    assert.deepEqual(names(true), ['gateway', 'dns', 'db']);
    assert.deepEqual(names(false), ['db']);
  });
});

describe('name resolution', () => {
  /** A name server that answers every question with one response code (RFC 1035, 4.1.1). */
  const answering = async (code: number): Promise<{ port: number; close: () => void }> => {
    const socket = createSocket('udp4');
    socket.on('message', (question, from) => {
      const answer = Buffer.from(question);
      answer.writeUInt16BE(0x8180 | code, 2);
      socket.send(answer, from.port, from.address);
    });
    await once(socket.bind(0, '127.0.0.1'), 'listening');
    return { port: socket.address().port, close: () => socket.close() };
  };
  const cases: readonly [what: string, code: number, ok: boolean][] = [
    ['that knows nothing of the name', 3, true],
    ['that has no address for it', 0, true],
    ['that cannot resolve', 2, false],
    ['that refuses', 5, false],
  ];
  for (const [what, code, ok] of cases)
    it(`with a server ${what} is ${ok ? 'well' : 'broken'}`, async () => {
      const server = await answering(code);
      const result = await probeNameResolution(never, [`127.0.0.1:${server.port}`]);
      server.close();
      assert.equal(result?.ok, ok);
    });

  it('without a server is not probed', () => {
    assert.equal(namesServer('search example.org\n# nameserver 1.1.1.1\noptions edns0\n'), false);
    assert.equal(namesServer('nameserver 127.0.0.53\n'), true);
  });
});
