import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiUnderTest } from './api-under-test.ts';

describe("the people's door", () => {
  let dist: string;
  let api: ApiUnderTest;
  before(async () => {
    dist = mkdtempSync(join(tmpdir(), 'millwright-dist-'));
    mkdirSync(join(dist, 'assets'));
    writeFileSync(join(dist, 'index.html'), '<title>Millwright</title>');
    writeFileSync(join(dist, 'assets', 'page-abc.js'), 'export {};');
    writeFileSync(join(dist, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(dist, '..', 'outside.txt'), 'must stay hidden');
    api = await ApiUnderTest.open(dist);
  });
  after(async () => {
    await api.close();
    rmSync(dist, { recursive: true });
  });

  it('serves the page for every address that a person may open', async () => {
    for (const url of ['/', '/tickets/7', '/sign-in', '/endpoints/a.b', '/index.html?x=1', '/unknown.svg']) {
      const response = await api.app.inject(url);
      assert.equal(response.statusCode, 200, url);
      assert.match(response.body, /<title>Millwright/);
      assert.equal(response.headers['cache-control'], 'no-cache');
    }
  });

  it('serves its files, those named by their hash for good', async () => {
    const script = await api.app.inject('/assets/page-abc.js');
    assert.match(String(script.headers['content-type']), /javascript/);
    assert.match(String(script.headers['cache-control']), /immutable/);
    assert.match(String((await api.app.inject('/icon.svg')).headers['content-type']), /svg/);
    const gone = await api.app.inject('/assets/page-old.js');
    assert.equal(gone.statusCode, 404);
    assert.equal(gone.json().code, 'not-found');
  });

  it('serves nothing outside of them', async () => {
    for (const url of [
      '/assets/../../outside.txt',
      '/assets/%2e%2e/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/assets/..%5c..%5coutside.txt',
    ])
      assert.ok(!(await api.app.inject(url)).body.includes('must stay hidden'), url);
  });

  it('answers what it does not have as JSON, under /api', async () => {
    for (const [method, url] of [
      ['GET', '/api/v1/nothing'],
      ['POST', '/tickets'],
      ['DELETE', '/api/v1/fleet'],
    ] as const) {
      const response = await api.app.inject({ method, url });
      assert.equal(response.statusCode, 404);
      assert.equal(response.json().code, 'not-found');
    }
  });

  it('guards every answer with the same headers', async () => {
    for (const url of ['/', '/assets/page-abc.js', '/api/v1/me', '/healthz']) {
      const { headers } = await api.app.inject(url);
      const policy = String(headers['content-security-policy']);
      for (const rule of [
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ])
        assert.ok(policy.split('; ').includes(rule), `${url}: ${rule}`);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['strict-transport-security'], undefined);
    }
  });

  it('says what is wrong with a request, and names the field', async () => {
    const cases = [
      ['GET', '/api/v1/endpoints?limit=0', undefined, 'invalid', /^limit in the query: /],
      ['GET', '/api/v1/alerts?state=lost', undefined, 'invalid', /^state in the query: /],
      ['GET', '/api/v1/tickets/seven', undefined, 'invalid', /^id in the address: /],
      ['GET', '/api/v1/tickets/99', undefined, 'not-found', /^there is no ticket 99$/],
      ['GET', '/api/v1/endpoints/x', undefined, 'not-found', /^there is no endpoint x$/],
      [
        'POST',
        '/api/v1/runs',
        { endpoint: 'e', runbook: '../../etc' },
        'invalid',
        /^runbook in the request: /,
      ],
      ['POST', '/api/v1/runs', { endpoint: 'e', runbook: 'a/b/c', by: 'me' }, 'invalid', /by/],
      ['POST', '/api/v1/tickets/1/comments', { text: '  ' }, 'invalid', /^text in the request: /],
      [
        'PUT',
        '/api/v1/runbooks/linux/service/restart/modes/*',
        { mode: 'wild' },
        'invalid',
        /^mode in the request: /,
      ],
      ['POST', '/api/v1/tickets/1/comments', { text: 'x'.repeat(70_000) }, 'too-large', /64 KiB/],
    ] as const;
    for (const [method, url, body, code, message] of cases) {
      const answer = await api.ask('owner', method, url, body);
      assert.equal(answer.body.code, code, url);
      assert.match(answer.body.message, message);
    }
    assert.deepEqual(api.engine.asked, []);
  });

  it('says whether it is alive and ready', async () => {
    assert.deepEqual((await api.app.inject('/healthz')).json(), { status: 'alive' });
    assert.deepEqual((await api.app.inject('/readyz')).json(), { status: 'ready' });
  });
});

describe("the people's door without a dashboard or a store", () => {
  it('says so', async () => {
    const api = await ApiUnderTest.open();
    assert.equal((await api.app.inject('/')).json().code, 'dashboard-missing');
    assert.equal((await api.app.inject('/readyz')).statusCode, 200);
    await api.store.close();
    const ready = await api.app.inject('/readyz');
    assert.equal(ready.statusCode, 503);
    assert.equal(ready.json().code, 'not-ready');
    await api.app.close();
    rmSync(api.folder, { recursive: true });
  });
});
