import type { Role } from '@millwright/shared/api';
import type { Clock } from '@millwright/shared/clock';
import type { AuditLog } from '../audit/index.ts';
import type { Store } from '../store/index.ts';

/** What everything about people works with. */
export interface AuthParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
}

/** Who asks: a person by a session, or a program by an API token (its name is then `token:<name>`). */
export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** When the session or token ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly by: 'session' | 'token';
}
