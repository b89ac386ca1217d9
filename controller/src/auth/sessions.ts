import type { SignIn } from '@millwright/shared/api';
import type { Writer } from '../store/index.ts';
import { AuthError } from './auth-error.ts';
import type { AuthParts, Caller } from './parts.ts';
import { passwordMatches } from './password.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** How long a session lasts, in milliseconds (12 hours). */
export const SESSION_MS = 12 * 3_600_000;

/** A session just begun: the secret is told once, and stored as a hash. */
export interface Session {
  readonly secret: string;
  readonly user: string;
  readonly expiresAt: number;
}

/** One text for every failure: it does not tell whether the name exists. */
const failed = (by: SignIn['by']): AuthError =>
  new AuthError(
    'sign-in-failed',
    by === 'password'
      ? 'the name or the password is wrong; ask an owner for a sign-in link if you have lost it'
      : 'this sign-in link is not valid: it was used already or has expired; ask for a new one',
  );

async function begin(
  { clock, audit }: AuthParts,
  tx: Writer,
  user: string,
  by: SignIn['by'],
): Promise<Session> {
  const now = clock.now();
  const session = { secret: newSecret(), user, expiresAt: now + SESSION_MS };
  await tx.deleteFrom('sessions').where('expiresAt', '<=', now).execute();
  await tx.deleteFrom('signInLinks').where('expiresAt', '<=', now).execute();
  await tx
    .insertInto('sessions')
    .values({ hash: hashSecret(session.secret), user, expiresAt: session.expiresAt })
    .execute();
  await audit.append(tx, { actor: user, action: 'signed-in', subject: user, detail: { by } });
  return session;
}

/**
 * Begins a session with a password, or spends a one-time link for one.
 * @throws AuthError `sign-in-failed`, the same for every cause
 */
export async function signIn(parts: AuthParts, request: SignIn): Promise<Session> {
  const { store, clock, audit } = parts;
  if (request.by === 'link') {
    return store.write(async (tx) => {
      const link = await tx
        .updateTable('signInLinks')
        .set({ usedAt: clock.now() })
        .where('hash', '=', hashSecret(request.code))
        .where('usedAt', 'is', null)
        .where('expiresAt', '>', clock.now())
        .returning('user')
        .executeTakeFirst();
      if (link === undefined) throw failed('link');
      return begin(parts, tx, link.user, 'link');
    });
  }
  const user = await store.read
    .selectFrom('users')
    .select('password')
    .where('name', '=', request.name)
    .executeTakeFirst();
  const matches = await passwordMatches(request.password, user?.password ?? null);
  const session = await store.write(async (tx) => {
    // The password was compared outside the transaction: the user must still be there, with that same password.
    const same = matches
      ? await tx
          .selectFrom('users')
          .select('name')
          .where('name', '=', request.name)
          .where('password', '=', user?.password ?? '')
          .executeTakeFirst()
      : undefined;
    if (same !== undefined) return begin(parts, tx, same.name, 'password');
    // Logged for names that do not exist too: the time that the answer takes does not tell which do.
    await audit.append(tx, { actor: 'nobody', action: 'sign-in-failed', subject: request.name, detail: {} });
    return undefined;
  });
  if (session === undefined) throw failed('password');
  return session;
}

/** Whose session this is; undefined where it is unknown or over. The role is the person's present one. */
export async function sessionCaller(
  { store, clock }: AuthParts,
  secret: string,
): Promise<Caller | undefined> {
  const row = await store.read
    .selectFrom('sessions')
    .innerJoin('users', 'users.name', 'sessions.user')
    .select(['users.name', 'users.role', 'sessions.expiresAt'])
    .where('sessions.hash', '=', hashSecret(secret))
    .where('sessions.expiresAt', '>', clock.now())
    .executeTakeFirst();
  return row && { ...row, by: 'session' };
}

/** Ends a session; one that is not there is ended already. */
export async function endSession({ store, audit }: AuthParts, secret: string): Promise<void> {
  await store.write(async (tx) => {
    const ended = await tx
      .deleteFrom('sessions')
      .where('hash', '=', hashSecret(secret))
      .returning('user')
      .executeTakeFirst();
    if (ended !== undefined)
      await audit.append(tx, { actor: ended.user, action: 'signed-out', subject: ended.user, detail: {} });
  });
}
