import type { Role } from '@millwright/shared/api';
import type { Reader } from '../store/index.ts';
import { AuthError } from './auth-error.ts';
import type { AuthParts, Caller } from './parts.ts';
import { hashSecret, newSecret } from './secrets.ts';

const dayMs = 86_400_000;

/** An API token as it is listed; the token itself was shown once. */
export interface ApiToken {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** Makes an API token for a program; `token` is told once, and stored as a hash. */
export async function createApiToken(
  { store, clock, audit }: AuthParts,
  request: { name: string; role: Role; expiresInDays: number; by: string },
): Promise<{ id: number; token: string; expiresAt: number }> {
  const token = newSecret();
  const createdAt = clock.now();
  const expiresAt = createdAt + request.expiresInDays * dayMs;
  const id = await store.write(async (tx) => {
    const row = await tx
      .insertInto('apiTokens')
      .values({
        hash: hashSecret(token),
        name: request.name,
        role: request.role,
        createdAt,
        expiresAt,
        revokedAt: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await audit.append(tx, {
      actor: request.by,
      action: 'api-token-created',
      subject: `${row.id} ${request.name}`,
      detail: { role: request.role, expiresAt },
    });
    return row.id;
  });
  return { id, token, expiresAt };
}

/** Every API token, the newest first. */
export function listApiTokens(db: Reader): Promise<ApiToken[]> {
  return db
    .selectFrom('apiTokens')
    .select(['id', 'name', 'role', 'createdAt', 'expiresAt', 'revokedAt'])
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Ends an API token at once.
 * @throws AuthError `token-unknown`
 */
export async function revokeApiToken(
  { store, clock, audit }: AuthParts,
  token: { id: number; by: string },
): Promise<void> {
  await store.write(async (tx) => {
    const row = await tx
      .updateTable('apiTokens')
      .set({ revokedAt: clock.now() })
      .where('id', '=', token.id)
      .where('revokedAt', 'is', null)
      .returning('name')
      .executeTakeFirst();
    if (row === undefined)
      throw new AuthError(
        'token-unknown',
        `there is no API token ${token.id} that is still in force; see the list of tokens`,
      );
    await audit.append(tx, {
      actor: token.by,
      action: 'api-token-revoked',
      subject: `${token.id} ${row.name}`,
      detail: {},
    });
  });
}

/** Whose API token this is; undefined where it is unknown, revoked or over. */
export async function tokenCaller({ store, clock }: AuthParts, token: string): Promise<Caller | undefined> {
  const row = await store.read
    .selectFrom('apiTokens')
    .select(['name', 'role', 'expiresAt'])
    .where('hash', '=', hashSecret(token))
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', clock.now())
    .executeTakeFirst();
  return row && { name: `token:${row.name}`, role: row.role, expiresAt: row.expiresAt, by: 'token' };
}
