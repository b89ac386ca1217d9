import type { Role } from '@millwright/shared/api';

const rank: Readonly<Record<Role, number>> = { viewer: 0, technician: 1, owner: 2 };

/** Whether somebody with `role` may do what `needed` may: viewer < technician < owner. */
export function reaches(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed];
}
