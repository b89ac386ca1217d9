import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { createUser, signIn } from '../../src/auth/index.ts';
import { ApiUnderTest } from './api-under-test.ts';

describe('the live feed', () => {
  let api: ApiUnderTest;
  let base: string;
  beforeEach(async () => {
    api = await ApiUnderTest.open();
    base = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => api.close());

  async function open(headers: Record<string, string>): Promise<IncomingMessage> {
    const request = httpsGet(`${base}/api/v1/live`, { headers, rejectUnauthorized: false, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.setEncoding('utf8');
  }
  /** Reads until `wanted` was seen. */
  async function until(response: IncomingMessage, wanted: string): Promise<string> {
    let seen = '';
    while (!seen.includes(wanted)) seen += String((await once(response, 'data'))[0]);
    return seen;
  }
  async function session(): Promise<{ secret: string; cookie: string }> {
    await createUser(api.auth, {
      name: 'mia',
      role: 'viewer',
      password: 'correct horse battery',
      by: 'test',
    });
    const { secret } = await signIn(api.auth, {
      by: 'password',
      name: 'mia',
      password: 'correct horse battery',
    });
    return { secret, cookie: `millwright_session=${secret}` };
  }

  it('tells each change as one event, to whoever may look', async () => {
    const response = await open({ authorization: `Bearer ${await api.token('viewer')}` });
    assert.equal(response.headers['content-type'], 'text/event-stream');
    await until(response, 'retry: ');
    api.live.publish({ changed: 'ticket', id: 7 });
    api.live.publish({ changed: 'fleet' });
    const seen = await until(response, 'fleet');
    assert.equal(seen, 'data: {"changed":"ticket","id":7}\n\ndata: {"changed":"fleet"}\n\n');
    response.destroy();
  });

  it('is closed to nobody in particular', async () => {
    const response = await open({});
    assert.equal(response.statusCode, 401);
    response.resume();
    await once(response, 'end');
  });

  it('ends when its session is signed out, and not when another one is', async () => {
    const { cookie } = await session();
    const { secret: other } = await signIn(api.auth, {
      by: 'password',
      name: 'mia',
      password: 'correct horse battery',
    });
    const response = await open({ cookie });
    await until(response, 'retry: ');
    const signOut = (value: string) =>
      api.app.inject({ method: 'DELETE', url: '/api/v1/session', cookies: { millwright_session: value } });
    await signOut(other);
    api.live.publish({ changed: 'fleet' });
    await until(response, 'fleet');
    const ended = once(response, 'end');
    response.resume();
    await signOut(cookie.slice('millwright_session='.length));
    await ended;
    // Sooner than the heartbeat, which would end it too.
  }).timeout(10_000);

  it('ends when the controller does', async () => {
    const response = await open({ authorization: `Bearer ${await api.token('viewer')}` });
    await until(response, 'retry: ');
    const ended = once(response, 'end');
    response.resume();
    await api.app.close();
    await ended;
  });
});
