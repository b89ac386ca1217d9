import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '../../src/audit/index.ts';
import {
  type AuthParts,
  createApiToken,
  createSignInLink,
  createUser,
  endSession,
  listUsers,
  reaches,
  removeUser,
  revokeApiToken,
  SESSION_MS,
  SIGN_IN_LINK_MS,
  sessionCaller,
  signIn,
  tokenCaller,
} from '../../src/auth/index.ts';
import { hashPassword, passwordMatches } from '../../src/auth/password.ts';
import { openStore } from '../../src/store/index.ts';

const password = 'correct horse battery';

describe('who may sign in', () => {
  let folder: string;
  let now: number;
  let parts: AuthParts;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-auth-'));
    now = Date.UTC(2026, 0, 15);
    const clock = { now: () => now };
    parts = { store: await openStore(join(folder, 'm.db')), clock, audit: new AuditLog(clock) };
    await createUser(parts, { name: 'mia', role: 'technician', password, by: 'test' });
    await createUser(parts, { name: 'olga', role: 'owner', password: null, by: 'test' });
  });
  afterEach(async () => {
    await parts.store.close();
    rmSync(folder, { recursive: true });
  });

  const byPassword = (name: string, given: string) =>
    signIn(parts, { by: 'password', name, password: given });
  const failed = { code: 'sign-in-failed' };

  describe('by password', () => {
    it('begins a session that ends by itself', async () => {
      const { secret } = await byPassword('mia', password);
      assert.deepEqual(await sessionCaller(parts, secret), {
        name: 'mia',
        role: 'technician',
        expiresAt: now + SESSION_MS,
        by: 'session',
      });
      now += SESSION_MS - 1;
      assert.equal((await sessionCaller(parts, secret))?.name, 'mia');
      now += 1;
      assert.equal(await sessionCaller(parts, secret), undefined);
    });

    it('stores neither the password nor the session', async () => {
      const { secret } = await byPassword('mia', password);
      const sessions = await parts.store.read.selectFrom('sessions').selectAll().execute();
      const users = await parts.store.read.selectFrom('users').selectAll().execute();
      const stored = JSON.stringify([sessions, users]);
      assert.ok(!stored.includes(secret) && !stored.includes(password));
      assert.match(stored, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    });

    it('fails alike for a wrong password, an unknown name and somebody without a password', async () => {
      const messages: string[] = [];
      for (const [name, given] of [
        ['mia', 'wrong'],
        ['nobody-here', password],
        ['olga', ''],
      ] as const)
        await assert.rejects(byPassword(name, given), (error: Error & { code: string }) => {
          assert.equal(error.code, 'sign-in-failed');
          messages.push(error.message);
          return true;
        });
      assert.equal(new Set(messages).size, 1);
      const audited = await parts.store.read
        .selectFrom('audit')
        .select('subject')
        .where('action', '=', 'sign-in-failed')
        .execute();
      assert.deepEqual(
        audited.map(({ subject }) => subject),
        ['mia', 'nobody-here', 'olga'],
      );
    });

    it('ends when one signs out', async () => {
      const { secret } = await byPassword('mia', password);
      const other = await byPassword('mia', password);
      await endSession(parts, secret);
      assert.equal(await sessionCaller(parts, secret), undefined);
      assert.equal((await sessionCaller(parts, other.secret))?.name, 'mia');
    });
  });

  describe('by a one-time link', () => {
    it('works once', async () => {
      const { code } = await createSignInLink(parts, { user: 'olga', by: 'test' });
      const { secret } = await signIn(parts, { by: 'link', code });
      assert.equal((await sessionCaller(parts, secret))?.role, 'owner');
      await assert.rejects(signIn(parts, { by: 'link', code }), failed);
    });

    it('lets one of many through at the same moment', async () => {
      const { code } = await createSignInLink(parts, { user: 'olga', by: 'test' });
      const tries = await Promise.allSettled(
        Array.from({ length: 5 }, () => signIn(parts, { by: 'link', code })),
      );
      assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    it('is over after ten minutes', async () => {
      const { code } = await createSignInLink(parts, { user: 'olga', by: 'test' });
      now += SIGN_IN_LINK_MS;
      await assert.rejects(signIn(parts, { by: 'link', code }), failed);
    });

    it('is made for nobody who is not there, and no made-up code works', async () => {
      await assert.rejects(createSignInLink(parts, { user: 'nobody-here', by: 'test' }), {
        code: 'user-unknown',
      });
      await assert.rejects(signIn(parts, { by: 'link', code: 'x'.repeat(43) }), failed);
    });
  });

  describe('as a program, by an API token', () => {
    it('works until it expires', async () => {
      const { token } = await createApiToken(parts, {
        name: 'grafana',
        role: 'viewer',
        expiresInDays: 1,
        by: 'test',
      });
      assert.deepEqual(await tokenCaller(parts, token), {
        name: 'token:grafana',
        role: 'viewer',
        expiresAt: now + 86_400_000,
        by: 'token',
      });
      const stored = await parts.store.read.selectFrom('apiTokens').selectAll().execute();
      assert.ok(!JSON.stringify(stored).includes(token));
      now += 86_400_000;
      assert.equal(await tokenCaller(parts, token), undefined);
    });

    it('ends at once when it is revoked, once', async () => {
      const { id, token } = await createApiToken(parts, {
        name: 'x',
        role: 'owner',
        expiresInDays: 1,
        by: 'test',
      });
      await revokeApiToken(parts, { id, by: 'test' });
      assert.equal(await tokenCaller(parts, token), undefined);
      await assert.rejects(revokeApiToken(parts, { id, by: 'test' }), { code: 'token-unknown' });
    });

    it('is not a session, nor a session a token', async () => {
      const { token } = await createApiToken(parts, {
        name: 'x',
        role: 'owner',
        expiresInDays: 1,
        by: 'test',
      });
      const { secret } = await byPassword('mia', password);
      assert.equal(await sessionCaller(parts, token), undefined);
      assert.equal(await tokenCaller(parts, secret), undefined);
    });
  });

  describe('people', () => {
    it('are refused under names that could be taken for others', async () => {
      for (const name of ['', 'Mia', 'mia hill', 'token:x', 'millwright', 'autonomous', 'x'.repeat(65), '-x'])
        await assert.rejects(createUser(parts, { name, role: 'viewer', password: null, by: 'test' }), {
          code: 'name-invalid',
        });
      await assert.rejects(createUser(parts, { name: 'mia', role: 'owner', password: null, by: 'test' }), {
        code: 'user-exists',
      });
      await assert.rejects(
        createUser(parts, { name: 'new', role: 'owner', password: 'elevenchars', by: 'test' }),
        { code: 'password-weak' },
      );
    });

    it('lose their sessions when they are removed', async () => {
      const { secret } = await byPassword('mia', password);
      const { code } = await createSignInLink(parts, { user: 'mia', by: 'test' });
      await removeUser(parts, { name: 'mia', by: 'test' });
      assert.equal(await sessionCaller(parts, secret), undefined);
      await assert.rejects(signIn(parts, { by: 'link', code }), failed);
      await assert.rejects(byPassword('mia', password), failed);
      assert.deepEqual(
        (await listUsers(parts.store.read)).map(({ name }) => name),
        ['olga'],
      );
    });

    it('always include an owner', async () => {
      await assert.rejects(removeUser(parts, { name: 'olga', by: 'test' }), { code: 'last-owner' });
    });
  });

  it('orders the roles', () => {
    const roles = ['viewer', 'technician', 'owner'] as const;
    const table = roles.map((role) => roles.map((needed) => reaches(role, needed)));
    assert.deepEqual(table, [
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});

describe('a stored password', () => {
  it('is matched however it was typed, and never stored twice alike', async () => {
    const stored = await hashPassword('caf\u00e9 au lait please');
    assert.equal(await passwordMatches('cafe\u0301 au lait please', stored), true);
    assert.equal(await passwordMatches('cafe au lait please', stored), false);
    assert.notEqual(await hashPassword('caf\u00e9 au lait please'), stored);
  });

  it('that cannot be read matches nothing', async () => {
    for (const stored of ['', 'plain', '$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA', null])
      assert.equal(await passwordMatches('plain', stored), false);
  });
});
