import assert from 'node:assert/strict';
import type { Role } from '@millwright/shared/api';
import { type Access, access } from '../../src/api/access.ts';
import { reaches } from '../../src/auth/index.ts';
import { ApiUnderTest } from './api-under-test.ts';

const askers: readonly (Role | null)[] = [null, 'viewer', 'technician', 'owner'];

/** What the table of access must say, written a second time: a role lowered by a slip is seen here. */
const expected: Readonly<Record<Access, readonly string[]>> = {
  anybody: ['GET /healthz', 'GET /readyz', 'GET /openapi.json', 'POST /api/v1/session'],
  metrics: ['GET /metrics'],
  viewer: [
    'DELETE /api/v1/session',
    'GET /api/v1/me',
    'GET /api/v1/live',
    'GET /api/v1/fleet',
    'GET /api/v1/clients',
    'GET /api/v1/endpoints',
    'GET /api/v1/endpoints/:id',
    'GET /api/v1/alerts',
    'GET /api/v1/tickets',
    'GET /api/v1/tickets/:id',
    'GET /api/v1/approvals',
    'GET /api/v1/runbooks',
    'GET /api/v1/runs/:warrant',
    'GET /api/v1/maintenance',
  ],
  technician: [
    'POST /api/v1/alerts/:id/acknowledge',
    'POST /api/v1/tickets/:id/comments',
    'POST /api/v1/tickets/:id/close',
    'POST /api/v1/approvals/:remediation/approve',
    'POST /api/v1/approvals/:remediation/draft',
    'POST /api/v1/approvals/:remediation/signature',
    'POST /api/v1/approvals/:remediation/decline',
    'POST /api/v1/endpoints/:id/approve',
    'POST /api/v1/endpoints/:id/revoke',
    'POST /api/v1/runs',
    'POST /api/v1/maintenance',
    'DELETE /api/v1/maintenance/:window',
    'POST /api/v1/enrolment-tokens',
    'PUT /api/v1/kill-switch',
  ],
  owner: [
    'PUT /api/v1/runbooks/:platform/:category/:name/modes/:client',
    'DELETE /api/v1/runbooks/:platform/:category/:name/modes/:client',
    'GET /api/v1/tokens',
    'POST /api/v1/tokens',
    'DELETE /api/v1/tokens/:id',
    'GET /api/v1/audit',
  ],
};

describe('who may use which route', () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await ApiUnderTest.open();
  });
  after(() => api.close());

  it('stands in the table, every route once', () => {
    const routes = Object.entries(expected).flatMap(([needed, list]) => list.map((route) => [route, needed]));
    assert.deepEqual(Object.fromEntries(routes), access);
    assert.equal(routes.length, Object.keys(access).length);
  });

  const routes = Object.entries(expected).flatMap(([needed, list]) =>
    list.map((route) => ({ route, needed: needed as Access })),
  );
  for (const { route, needed } of routes) {
    const [method = '', path = ''] = route.split(' ');
    // A live stream does not end: who may not open one is refused, and who may is tried in live.test.ts.
    const allowedToo = route !== 'GET /api/v1/live';
    for (const asker of askers) {
      const may = needed === 'anybody' || needed === 'metrics' || (asker !== null && reaches(asker, needed));
      if (may && !allowedToo) continue;
      it(`${asker ?? 'nobody'} ${may ? 'may' : 'may not'} ${route}`, async () => {
        const before = api.engine.asked.length;
        const url = path.replace(/:[a-z]+/g, '999');
        const response = await api.app.inject({
          method: method as 'GET',
          url,
          headers: asker === null ? {} : { authorization: `Bearer ${await api.token(asker)}` },
        });
        const answer = response.headers['content-type']?.includes('json') ? response.json() : {};
        if (may) assert.ok(!['not-signed-in', 'not-allowed'].includes(answer.code), response.body);
        else {
          assert.equal(response.statusCode, asker === null ? 401 : 403);
          assert.equal(answer.code, asker === null ? 'not-signed-in' : 'not-allowed');
          assert.equal(api.engine.asked.length, before);
        }
      });
    }
  }

  it('lets a technician stop everything, and only an owner let it go on', async () => {
    const order = (on: boolean) => ({ on, reason: 'a drill' });
    assert.equal((await api.ask('technician', 'PUT', '/api/v1/kill-switch', order(true))).status, 204);
    const refused = await api.ask('technician', 'PUT', '/api/v1/kill-switch', order(false));
    assert.equal(refused.body.code, 'not-allowed');
    assert.equal((await api.ask('owner', 'PUT', '/api/v1/kill-switch', order(false))).status, 204);
    assert.deepEqual(api.engine.asked.slice(-2), [
      ['setKillSwitch', true, 'a drill', 'token:technician'],
      ['setKillSwitch', false, 'a drill', 'token:owner'],
    ]);
  });

  it('shows metrics to somebody elsewhere only with a token', async () => {
    const ask = (headers: Record<string, string>, remoteAddress: string) =>
      api.app.inject({ url: '/metrics', headers, remoteAddress });
    assert.equal((await ask({}, '127.0.0.1')).statusCode, 200);
    assert.equal((await ask({}, '192.0.2.7')).statusCode, 401);
    // A proxy on this machine passes on what comes from elsewhere.
    assert.equal((await ask({ 'x-forwarded-for': '192.0.2.7' }, '127.0.0.1')).statusCode, 401);
    assert.equal(
      (await ask({ authorization: `Bearer ${await api.token('viewer')}` }, '192.0.2.7')).statusCode,
      200,
    );
  });
});
