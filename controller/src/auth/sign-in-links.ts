import type { AuthParts } from './parts.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { requireUser } from './users.ts';

/** How long a one-time sign-in link is good, in milliseconds (10 minutes). */
export const SIGN_IN_LINK_MS = 600_000;

/**
 * Makes the code of a one-time sign-in link: the page `/sign-in#code=<code>` spends it.
 * @throws AuthError `user-unknown`
 */
export async function createSignInLink(
  { store, clock, audit }: AuthParts,
  link: { user: string; by: string },
): Promise<{ code: string; expiresAt: number }> {
  const code = newSecret();
  const expiresAt = clock.now() + SIGN_IN_LINK_MS;
  await store.write(async (tx) => {
    await requireUser(tx, link.user);
    await tx
      .insertInto('signInLinks')
      .values({ hash: hashSecret(code), user: link.user, expiresAt, usedAt: null })
      .execute();
    await audit.append(tx, {
      actor: link.by,
      action: 'sign-in-link-created',
      subject: link.user,
      detail: { expiresAt },
    });
  });
  return { code, expiresAt };
}
