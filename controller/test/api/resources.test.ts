import assert from 'node:assert/strict';
import { GiB } from '@millwright/shared/units';
import { EngineError } from '../../src/engine/index.ts';
import { noLongerEnrolled } from '../../src/identity/index.ts';
import { ApiUnderTest, restart } from './api-under-test.ts';
import { type Seeded, seed } from './seeded.ts';

describe('the resources of the API', () => {
  let api: ApiUnderTest;
  let ids: Seeded;
  let now: number;
  before(async () => {
    api = await ApiUnderTest.open();
    now = api.clock.at;
    ids = await seed(api.store, now, restart.sha256);
  });
  after(() => api.close());
  beforeEach(() => {
    api.engine.asked.length = 0;
    api.engine.refusal = undefined;
  });

  const get = (path: string) => api.ask('viewer', 'GET', `/api/v1${path}`);
  const named = (items: readonly { hostname: string }[]) => items.map(({ hostname }) => hostname);

  it('shows the fleet at a glance', async () => {
    assert.deepEqual((await get('/fleet')).body, {
      endpoints: { online: 1, offline: 1, waiting: 1 },
      alerts: { critical: 1, warning: 0 },
      tickets: { open: 0, waiting: 1, escalated: 0 },
      today: { faults: 1, fixedAlone: 2, byPeople: 1, medianFixMs: 600 },
      killSwitch: null,
      storage: { freeBytes: 5 * GiB, totalBytes: 10 * GiB, room: 'enough' },
      catalogue: { runbooks: 1, expiresAt: now + 86_400_000 },
    });
  });

  it('lists endpoints, those that need a person first, and filters them', async () => {
    const all = (await get('/endpoints')).body.items;
    assert.deepEqual(named(all), ['web-1', 'c-away', 'a-new', 'b-old']);
    assert.deepEqual(all[0], {
      id: ids.endpoint,
      hostname: 'web-1',
      client: { id: 'hill', name: 'Hill & Sons' },
      site: { id: 'hill/main', client: 'hill', name: 'Main' },
      platform: 'linux',
      arch: 'x64',
      agentVersion: '0.1.0',
      status: 'online',
      lastSeenAt: now,
      openAlerts: 1,
      worst: 'critical',
    });
    for (const [query, expected] of [
      ['status=waiting', ['a-new']],
      ['status=revoked', ['b-old']],
      ['status=offline', ['c-away']],
      ['status=online', ['web-1']],
      ['client=hill&limit=2', ['web-1', 'c-away']],
      ['words=-OLD', ['b-old']],
      ['words=hill %26 sons&status=offline', ['c-away']],
      ['client=other', []],
    ] as const)
      assert.deepEqual(named((await get(`/endpoints?${query}`)).body.items), expected);
  });

  it('lists clients', async () =>
    assert.deepEqual((await get('/clients')).body.items, [{ id: 'hill', name: 'Hill & Sons' }]));

  it('shows one endpoint with its readings, alerts and policy', async () => {
    const { body } = await get(`/endpoints/${ids.endpoint}`);
    assert.equal(body.readings[0].name, 'nginx.service');
    assert.equal(body.alerts[0].id, ids.alert);
    assert.equal(body.thumbprint, 'ab'.repeat(32));
    assert.equal(body.policy.killSwitch, false);
  });

  it('lists alerts', async () => {
    const [alert] = (await get('/alerts?state=open')).body.items;
    assert.deepEqual(alert.endpoint, { id: ids.endpoint, hostname: 'web-1' });
    assert.equal(alert.occurrences, 2);
    assert.ok(!('fingerprint' in alert) && !('evidence' in alert));
    assert.deepEqual((await get('/alerts?state=resolved')).body.items, []);
    for (const query of ['endpoint=away', 'severity=warning', 'words=apache'])
      assert.deepEqual((await get(`/alerts?${query}`)).body.items, [], query);
    for (const query of ['severity=critical', 'words=NGINX', 'words=web-1'])
      assert.equal((await get(`/alerts?${query}`)).body.items.length, 1, query);
  });

  it('shows a ticket with everything that belongs to it, and never the warrant itself', async () => {
    assert.deepEqual(
      (await get('/tickets?state=waiting')).body.items.map(({ id }: { id: number }) => id),
      [ids.ticket],
    );
    const { body } = await get(`/tickets/${ids.ticket}`);
    assert.equal(body.subject, 'nginx is down');
    assert.deepEqual(
      [body.alerts.length, body.timeline.length, body.decisions.length, body.runs.length],
      [1, 1, 1, 1],
    );
    assert.deepEqual(body.timeline[0].detail, { alert: 1 });
    assert.deepEqual(body.decisions[0].candidates, ['linux/service/restart']);
    assert.ok(!JSON.stringify(body).includes('secret-envelope'));
    const run = (await get(`/runs/${ids.warrant}`)).body;
    assert.deepEqual(run, body.runs[0]);
    assert.deepEqual(run.result, { outcome: 'fixed' });
    assert.equal(run.steps[0].output, 'ok');
  });

  it('shows exactly what would run, while it is published as it was proposed', async () => {
    const [approval] = (await get('/approvals')).body.items;
    assert.equal(approval.remediation, ids.remediation);
    assert.deepEqual(approval.files, restart.files);
    assert.deepEqual(approval.parameters, { service: 'nginx.service' });
    assert.equal(approval.reason, 'it is stopped and meant to run');
    assert.equal(approval.signaturesNeeded, 0);
    const setHash = (runbookSha256: string) =>
      api.store.write((tx) => tx.updateTable('remediations').set({ runbookSha256 }).execute());
    await setHash('cd'.repeat(32));
    assert.deepEqual((await get('/approvals')).body.items, []);
    await setHash(restart.sha256);
  });

  it('lists runbooks with their modes', async () => {
    await api.store.write((tx) =>
      tx
        .insertInto('modes')
        .values({ runbook: 'linux/service/restart', client: 'hill', mode: 'autonomous' })
        .execute(),
    );
    const [runbook] = (await get('/runbooks')).body.items;
    assert.deepEqual(runbook.modes, { '*': 'shadow', hill: 'autonomous' });
  });

  describe('what a person does', () => {
    const envelope = {
      payloadType: 'x',
      payload: 'e30=',
      signatures: [{ keyid: 'ab'.repeat(32), sig: 'AAAA' }],
    };
    const cases = [
      { method: 'POST', path: '/alerts/4/acknowledge', call: ['acknowledge', 4, 'token:owner'] },
      {
        method: 'POST',
        path: '/tickets/5/comments',
        body: { text: ' hello ' },
        call: ['comment', 5, 'token:owner', 'hello'],
      },
      { method: 'POST', path: '/tickets/5/close', call: ['closeTicket', 5, 'token:owner', undefined] },
      {
        method: 'POST',
        path: '/tickets/5/close',
        body: { text: 'done' },
        call: ['closeTicket', 5, 'token:owner', 'done'],
      },
      {
        method: 'POST',
        path: '/approvals/6/draft',
        call: ['draft', 6, 'token:owner'],
        status: 200,
      },
      {
        method: 'POST',
        path: '/approvals/6/signature',
        body: { envelope },
        call: ['sign', 6, envelope, 'token:owner'],
        status: 200,
      },
      { method: 'POST', path: '/approvals/6/approve', call: ['approve', 6, 'token:owner'] },
      {
        method: 'POST',
        path: '/approvals/6/decline',
        body: { reason: 'no' },
        call: ['decline', 6, 'token:owner', 'no'],
      },
      {
        method: 'PUT',
        path: '/runbooks/linux/service/restart/modes/*',
        body: { mode: 'suggest' },
        call: ['setMode', 'linux/service/restart', '*', 'suggest', 'token:owner'],
      },
      {
        method: 'DELETE',
        path: '/runbooks/linux/service/restart/modes/hill',
        call: ['unsetMode', 'linux/service/restart', 'hill', 'token:owner'],
      },
      {
        method: 'POST',
        path: '/runs',
        body: { endpoint: 'e', runbook: 'posix/diagnose/uptime' },
        call: [
          'order',
          { endpoint: 'e', runbook: 'posix/diagnose/uptime', parameters: {}, by: 'token:owner' },
        ],
        status: 202,
      },
    ] as const;
    for (const one of cases)
      it(`${one.method} ${one.path} asks the engine in the person's name`, async () => {
        const { status } = await api.ask(
          'owner',
          one.method,
          `/api/v1${one.path}`,
          'body' in one ? one.body : undefined,
        );
        assert.equal(status, 'status' in one ? one.status : 204);
        assert.deepEqual(api.engine.asked, [one.call]);
      });

    for (const [code, status] of [
      ['not-found', 404],
      ['wrong-state', 409],
      ['not-allowed', 403],
      ['needs-signature', 409],
      ['draft-missing', 409],
      ['draft-expired', 409],
      ['draft-differs', 409],
      ['signature-invalid', 403],
      ['signature-out-of-scope', 403],
      ['signed-already', 409],
      ['endpoint-offline', 409],
    ] as const)
      it(`is told ${status} when the engine says ${code}`, async () => {
        api.engine.refusal = new EngineError(code, 'why, and what to do');
        const answer = await api.ask('owner', 'POST', '/api/v1/approvals/1/approve');
        assert.deepEqual([answer.status, answer.body], [status, { code, message: 'why, and what to do' }]);
      });

    it('is told nothing of what nobody foresaw, and the log is', async () => {
      api.engine.refusal = new Error('secret detail');
      const { status, body } = await api.ask('owner', 'POST', '/api/v1/approvals/1/approve');
      assert.equal(status, 500);
      assert.equal(body.code, 'internal');
      assert.ok(!body.message.includes('secret'));
      assert.match(api.logged.at(-1) ?? '', /secret detail/);
    });
  });

  it('plans, lists and calls off maintenance, in the audit log', async () => {
    const window = {
      scope: 'site',
      id: 'hill/main',
      startsAt: now,
      endsAt: now + 1000,
      reason: 'new switch',
    };
    const made = await api.ask('technician', 'POST', '/api/v1/maintenance', window);
    assert.deepEqual(
      [made.status, made.body],
      [201, { ...window, window: 1, createdBy: 'token:technician' }],
    );
    assert.deepEqual((await get('/maintenance')).body.items, [made.body]);
    assert.equal((await api.ask('technician', 'DELETE', '/api/v1/maintenance/1')).status, 204);
    assert.equal((await api.ask('technician', 'DELETE', '/api/v1/maintenance/1')).status, 404);
    assert.deepEqual((await get('/maintenance')).body.items, []);
    assert.deepEqual((await api.audited()).slice(-2), [
      'token:technician maintenance-planned site hill/main',
      'token:technician maintenance-called-off site hill/main',
    ]);
    for (const [wrong, message] of [
      [{ ...window, endsAt: now }, /endsAt in the request: must be after startsAt/],
      [{ ...window, startsAt: now - 2000, endsAt: now - 1000 }, /must lie in the future/],
      [{ ...window, id: 'elsewhere' }, /there is no site elsewhere/],
      [{ ...window, scope: 'planet' }, /scope in the request/],
      [{ ...window, extra: 1 }, /extra/],
    ] as const)
      assert.match((await api.ask('technician', 'POST', '/api/v1/maintenance', wrong)).body.message, message);
  });

  it('makes, lists and ends API tokens, shown once', async () => {
    const made = await api.ask('owner', 'POST', '/api/v1/tokens', {
      name: 'grafana',
      role: 'viewer',
      expiresInDays: 7,
    });
    assert.equal(made.status, 201);
    const me = () =>
      api.app.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${made.body.token}` } });
    assert.deepEqual((await me()).json(), { name: 'token:grafana', role: 'viewer' });
    const listed = await api.ask('owner', 'GET', '/api/v1/tokens');
    assert.equal(listed.body.items[0].name, 'grafana');
    assert.ok(!JSON.stringify(listed.body).includes(made.body.token));
    assert.equal((await api.ask('owner', 'DELETE', `/api/v1/tokens/${made.body.id}`)).status, 204);
    assert.equal((await me()).statusCode, 401);
  });

  it('makes enrolment tokens', async () => {
    const made = await api.ask('technician', 'POST', '/api/v1/enrolment-tokens', {
      client: 'New Co',
      site: 'HQ',
      hours: 1,
    });
    assert.equal(made.status, 201);
    assert.match(made.body.token, /^[A-Za-z0-9_-]{22}$/);
    assert.equal(made.body.expiresAt, now + 3_600_000);
  });

  it('measures itself from the store', async () => {
    const scrape = async () => (await api.app.inject('/metrics')).body.split('\n');
    const expected = [
      'millwright_endpoints{status="online"} 1',
      'millwright_endpoints{status="offline"} 1',
      'millwright_endpoints{status="waiting"} 1',
      'millwright_alerts_open{condition="service-stopped"} 1',
      'millwright_tickets{state="waiting"} 1',
      'millwright_runs{outcome="fixed"} 1',
      'millwright_fix_seconds_bucket{le="0.5"} 1',
      'millwright_fix_seconds_count 3',
      `millwright_disk_free_bytes ${5 * GiB}`,
      'millwright_database_bytes 4096',
    ];
    const lines = await scrape();
    for (const line of expected) assert.ok(lines.includes(line), line);
    // A second scrape counts no fix again.
    assert.ok((await scrape()).includes('millwright_fix_seconds_count 3'));
  });

  it('lets a waiting endpoint in, and shuts one out', async () => {
    const told: unknown[] = [];
    const end = api.live.subscribe((change) => told.push(change));
    const ask = (verb: string, id: string) =>
      api.ask('technician', 'POST', `/api/v1/endpoints/${id}/${verb}`);
    assert.equal((await ask('approve', 'waiting')).status, 204);
    assert.equal((await get('/endpoints/waiting')).body.status, 'offline');
    assert.deepEqual((await ask('approve', 'waiting')).body.code, 'endpoint-not-waiting');
    assert.deepEqual(await noLongerEnrolled(api.store.read, ['waiting', 'away']), []);
    assert.equal((await ask('revoke', 'waiting')).status, 204);
    assert.deepEqual(await noLongerEnrolled(api.store.read, ['waiting', 'away']), ['waiting']);
    assert.equal((await ask('revoke', 'waiting')).body.code, 'endpoint-revoked');
    assert.equal((await ask('revoke', 'ghost')).status, 404);
    assert.deepEqual((await api.audited()).slice(-2), [
      'token:technician endpoint-approved waiting',
      'token:technician endpoint-revoked waiting',
    ]);
    assert.deepEqual(told[0], { changed: 'endpoint', id: 'waiting' });
    end();
  });
});
