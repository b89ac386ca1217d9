import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mock } from 'node:test';
import { LiveStreams } from '../../src/api/live-streams.ts';
import { LiveFeed } from '../../src/live/index.ts';

describe('a live stream that nobody ended', () => {
  afterEach(() => mock.timers.reset());

  it('shows that it lives every 15 seconds, and ends once its reader may no longer read', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const streams = new LiveStreams(new LiveFeed());
    let may = true;
    const server = createServer((_request, response) =>
      streams.start(response, 'owner', async () => may),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const request = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    let seen = '';
    response.on('data', (chunk: string) => {
      seen += chunk;
    });
    await once(response, 'data');
    mock.timers.tick(15_000);
    await once(response, 'data');
    assert.match(seen, /: alive\n\n$/);
    may = false;
    const ended = once(response, 'end');
    mock.timers.tick(15_000);
    await ended;
    server.close();
  });
});
