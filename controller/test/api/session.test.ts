import assert from 'node:assert/strict';
import { createSignInLink, createUser } from '../../src/auth/index.ts';
import { ApiUnderTest } from './api-under-test.ts';

describe('signing in over the API', () => {
  let api: ApiUnderTest;
  const password = 'correct horse battery';
  beforeEach(async () => {
    api = await ApiUnderTest.open();
    await createUser(api.auth, { name: 'mia', role: 'technician', password, by: 'test' });
  });
  afterEach(() => api.close());

  const signIn = (payload: object, headers: Record<string, string> = {}) =>
    api.app.inject({ method: 'POST', url: '/api/v1/session', payload, headers });
  async function session(): Promise<string> {
    const response = await signIn({ by: 'password', name: 'mia', password });
    assert.equal(response.statusCode, 204);
    return response.cookies[0]?.value ?? '';
  }
  const asking = (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    value: string,
    headers: Record<string, string> = {},
  ) => api.app.inject({ method, url, headers, cookies: { millwright_session: value } });

  it('gives a cookie that scripts and other sites cannot use', async () => {
    const response = await signIn({ by: 'password', name: 'mia', password });
    const [cookie] = response.cookies;
    assert.equal(cookie?.name, 'millwright_session');
    assert.match(cookie?.value ?? '', /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(
      {
        httpOnly: cookie?.httpOnly,
        secure: cookie?.secure,
        sameSite: cookie?.sameSite,
        path: cookie?.path,
        maxAge: cookie?.maxAge,
      },
      { httpOnly: true, secure: true, sameSite: 'Strict', path: '/', maxAge: 43_200 },
    );
    const me = await asking('GET', '/api/v1/me', cookie?.value ?? '');
    assert.deepEqual(me.json(), { name: 'mia', role: 'technician' });
    assert.equal(me.headers['cache-control'], 'no-store');
  });

  it('spends a link', async () => {
    const { code } = await createSignInLink(api.auth, { user: 'mia', by: 'test' });
    assert.equal((await signIn({ by: 'link', code })).statusCode, 204);
    const again = await signIn({ by: 'link', code });
    assert.equal(again.statusCode, 401);
    assert.equal(again.json().code, 'sign-in-failed');
  });

  it('ends with signing out, and with time', async () => {
    const value = await session();
    assert.equal((await asking('DELETE', '/api/v1/session', value)).statusCode, 204);
    assert.equal((await asking('GET', '/api/v1/me', value)).statusCode, 401);
    const other = await session();
    api.clock.at += 12 * 3_600_000;
    assert.equal((await asking('GET', '/api/v1/me', other)).statusCode, 401);
    assert.deepEqual((await api.audited()).slice(1), [
      'mia signed-in mia',
      'mia signed-out mia',
      'mia signed-in mia',
    ]);
  });

  it('is slowed down for whoever guesses, from that address alone', async () => {
    const guess = (remoteAddress: string) =>
      api.app.inject({
        method: 'POST',
        url: '/api/v1/session',
        remoteAddress,
        payload: { by: 'link', code: 'x'.repeat(43) },
      });
    for (let attempt = 0; attempt < 10; attempt += 1)
      assert.equal((await guess('192.0.2.1')).statusCode, 401);
    const refused = await guess('192.0.2.1');
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.json().code, 'too-many');
    assert.equal((await guess('192.0.2.2')).statusCode, 401);
  });

  describe('changes by a browser', () => {
    const foreign: Readonly<Record<string, Record<string, string>>> = {
      'another origin': { origin: 'https://evil.example', host: 'mill.example' },
      'another port of the same host': { origin: 'https://mill.example:8080', host: 'mill.example:8443' },
      'plain http': { origin: 'http://mill.example', host: 'mill.example' },
      'an opaque origin': { origin: 'null', host: 'mill.example' },
      'another site, by its own word': { 'sec-fetch-site': 'cross-site', host: 'mill.example' },
      'a sibling site': { 'sec-fetch-site': 'same-site', host: 'mill.example' },
    };
    for (const [name, headers] of Object.entries(foreign))
      it(`are refused from ${name}`, async () => {
        const response = await asking('POST', '/api/v1/alerts/1/acknowledge', await session(), headers);
        assert.equal(response.statusCode, 403);
        assert.equal(response.json().code, 'cross-origin');
        assert.deepEqual(api.engine.asked, []);
        assert.equal(
          (await signIn({ by: 'password', name: 'mia', password }, headers)).json().code,
          'cross-origin',
        );
      });

    it('are taken from the page itself', async () => {
      const headers = {
        origin: 'https://mill.example',
        host: 'mill.example',
        'sec-fetch-site': 'same-origin',
      };
      assert.equal(
        (await asking('POST', '/api/v1/alerts/1/acknowledge', await session(), headers)).statusCode,
        204,
      );
      assert.deepEqual(api.engine.asked, [['acknowledge', 1, 'mia']]);
    });

    it('are JSON, never a form', async () => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ]) {
        const response = await api.app.inject({
          method: 'POST',
          url: '/api/v1/session',
          headers: { 'content-type': type },
          payload: JSON.stringify({ by: 'password', name: 'mia', password }),
        });
        assert.equal(response.statusCode, 415);
        assert.equal(response.json().code, 'not-json');
      }
    });
  });
});
