import assert from 'node:assert/strict';
import { createUser } from '../../src/auth/index.ts';
import { ApiUnderTest, restart } from './api-under-test.ts';
import { seed } from './seeded.ts';

/** What each kind of row is known by. */
type Named = Record<'id' | 'seq' | 'hostname', number | string>;

describe('pages of a list', () => {
  let api: ApiUnderTest;
  let endpoint: string;
  beforeEach(async () => {
    api = await ApiUnderTest.open();
    ({ endpoint } = await seed(api.store, api.clock.at, restart.sha256));
  });
  afterEach(() => api.close());

  const page = async (path: string): Promise<{ items: Named[]; next: string | null }> => {
    const { status, body } = await api.ask('owner', 'GET', `/api/v1${path}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  /** All pages of two rows each; `between` happens after the first. */
  const walk = async (path: string, between?: () => Promise<unknown>): Promise<Named[]> => {
    const rows: Named[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { items, next } = await page(`${path}?limit=2${after === '' ? '' : `&after=${after}`}`);
      assert.ok(items.length === 2 || next === null, 'only the last page is shorter');
      rows.push(...items);
      if (after === '') await between?.();
      after = next;
    }
    return rows;
  };
  const openTicket = (subject: string, state: 'open' | 'closed' | 'escalated', updatedAt = api.clock.at) =>
    api.store.write((tx) =>
      tx
        .insertInto('tickets')
        .values({
          subject,
          state,
          priority: 'P3',
          client: 'hill',
          site: 'hill/main',
          endpoint,
          openedAt: 1,
          updatedAt,
          closedAt: null,
          fixedInMs: null,
        })
        .execute(),
    );

  it('hold every row once, in the order of the whole list', async () => {
    for (let number = 0; number < 5; number += 1) {
      await openTicket(`same moment ${number}`, 'closed');
      await openTicket(`open ${number}`, 'open', api.clock.at - number);
      await createUser(api.auth, { name: `user-${number}`, role: 'viewer', password: null, by: 'test' });
    }
    await api.store.write(async (tx) => {
      const [alert] = await tx.selectFrom('alerts').selectAll().execute();
      assert.ok(alert);
      for (let number = 1; number < 6; number += 1)
        await tx
          .insertInto('alerts')
          .values({
            ...alert,
            id: undefined,
            fingerprint: `g${number}`,
            state: number % 2 === 0 ? 'resolved' : 'open',
            raisedAt: api.clock.at - (number % 3),
          })
          .execute();
    });
    for (const path of ['/tickets', '/alerts', '/endpoints', '/audit']) {
      const whole = (await page(`${path}?limit=500`)).items;
      assert.ok(whole.length > 3, path);
      assert.deepEqual(await walk(path), whole, path);
    }
  });

  it('neither repeat nor hide a row when others come and go meanwhile', async () => {
    for (let number = 0; number < 6; number += 1) await openTicket(`old ${number}`, 'closed', number);
    const before = (await page('/tickets?limit=500')).items.map(({ id }) => id);
    const seen = await walk('/tickets', async () => {
      await openTicket('urgent', 'escalated');
      await api.store.write((tx) => tx.deleteFrom('tickets').where('subject', '=', 'old 3').execute());
    });
    const ids = seen.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const gone = before.length - ids.length;
    assert.equal(gone, 1, 'only what was deleted is missing');
  });

  it('end without a next', async () => {
    assert.equal((await page('/endpoints?limit=4')).next, null);
    assert.notEqual((await page('/endpoints?limit=3')).next, null);
  });

  it('are refused where `after` is no place in this list', async () => {
    const { next } = await page('/endpoints?limit=1');
    const strange = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const after of ['x', '%00', strange(1), strange([1]), strange([1, null, 2]), strange([[1], 2, 3])])
      for (const path of ['/tickets', '/alerts', '/audit']) {
        if (path === '/audit' && after === strange([1])) continue;
        const { status, body } = await api.ask('owner', 'GET', `/api/v1${path}?after=${after}`);
        assert.deepEqual([status, body.code], [400, 'invalid'], `${path} ${after}`);
        assert.match(body.message, /^after in the query: /);
      }
    // A place in another list has another shape, or is only another place.
    assert.equal((await api.ask('owner', 'GET', `/api/v1/audit?after=${next}`)).status, 400);
  });
});
