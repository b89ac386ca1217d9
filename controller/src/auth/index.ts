export { type ApiToken, createApiToken, listApiTokens, revokeApiToken, tokenCaller } from './api-tokens.ts';
export { AuthError, type AuthProblem } from './auth-error.ts';
export type { AuthParts, Caller } from './parts.ts';
export { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './password.ts';
export { reaches } from './roles.ts';
export { endSession, SESSION_MS, type Session, sessionCaller, signIn } from './sessions.ts';
export { createSignInLink, SIGN_IN_LINK_MS } from './sign-in-links.ts';
export { createUser, listUsers, removeUser, type User } from './users.ts';
