import type { Role } from '@millwright/shared/api';
import type { Reader, Writer } from '../store/index.ts';
import { AuthError } from './auth-error.ts';
import type { AuthParts } from './parts.ts';
import { hashPassword } from './password.ts';

const name = /^[a-z0-9][a-z0-9._@-]{0,63}$/;
/** Names under which the controller itself acts. */
const reserved: readonly string[] = ['millwright', 'nobody', 'autonomous', 'builtin', 'openai'];

/** Somebody who may sign in. */
export interface User {
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly createdAt: number;
}

/**
 * Adds somebody who may sign in: with a password, or (`password` null) by one-time links only.
 * @throws AuthError `name-invalid`, `password-weak`, `user-exists`
 */
export async function createUser(
  { store, clock, audit }: AuthParts,
  user: { name: string; role: Role; password: string | null; by: string },
): Promise<void> {
  if (!name.test(user.name) || reserved.includes(user.name))
    throw new AuthError(
      'name-invalid',
      `${JSON.stringify(user.name)} cannot be a user's name: use up to 64 of a-z, 0-9, '.', '_', '@', '-', other than ${reserved.join(', ')}`,
    );
  const password = user.password === null ? null : await hashPassword(user.password);
  await store.write(async (tx) => {
    const known = await tx
      .selectFrom('users')
      .select('name')
      .where('name', '=', user.name)
      .executeTakeFirst();
    if (known !== undefined)
      throw new AuthError('user-exists', `there is a user ${user.name} already; choose another name`);
    await tx
      .insertInto('users')
      .values({ name: user.name, role: user.role, password, createdAt: clock.now() })
      .execute();
    await audit.append(tx, {
      actor: user.by,
      action: 'user-created',
      subject: user.name,
      detail: { role: user.role, password: password !== null },
    });
  });
}

/** Everybody who may sign in, by name. */
export async function listUsers(db: Reader): Promise<User[]> {
  const rows = await db.selectFrom('users').selectAll().orderBy('name').execute();
  return rows.map(({ password, ...user }) => ({ ...user, hasPassword: password !== null }));
}

/** @throws AuthError `user-unknown` */
export async function requireUser(tx: Reader | Writer, user: string): Promise<{ role: Role }> {
  const row = await tx.selectFrom('users').select('role').where('name', '=', user).executeTakeFirst();
  if (row === undefined)
    throw new AuthError('user-unknown', `there is no user ${user}; see \`millwright user list\``);
  return row;
}

/**
 * Removes somebody, with their sessions and links. What they did stays in the audit log.
 * @throws AuthError `user-unknown`, `last-owner`
 */
export async function removeUser(
  { store, audit }: AuthParts,
  user: { name: string; by: string },
): Promise<void> {
  await store.write(async (tx) => {
    const { role } = await requireUser(tx, user.name);
    const owners = await tx.selectFrom('users').select('name').where('role', '=', 'owner').execute();
    if (role === 'owner' && owners.length === 1)
      throw new AuthError(
        'last-owner',
        `${user.name} is the only owner; add another one first with \`millwright user add NAME --role owner\``,
      );
    await tx.deleteFrom('sessions').where('user', '=', user.name).execute();
    await tx.deleteFrom('signInLinks').where('user', '=', user.name).execute();
    await tx.deleteFrom('users').where('name', '=', user.name).execute();
    await audit.append(tx, { actor: user.by, action: 'user-removed', subject: user.name, detail: { role } });
  });
}
