import type { Me } from '@millwright/shared/api';
import { createContext, useContext } from 'react';

const Signed = createContext<Me | undefined>(undefined);

export const MeProvider = Signed.Provider;

/**
 * Who is signed in.
 * @throws Error outside the signed-in part of the page.
 */
export function useMe(): Me {
  const me = useContext(Signed);
  if (me === undefined) throw new Error('useMe is used outside the signed-in part of the page');
  return me;
}

/** Whether a person may act on alerts, tickets and approvals. The API decides; this only hides what it would refuse. */
export function mayAct(me: Me): boolean {
  return me.role !== 'viewer';
}

/** Whether a person may decide how far Millwright is trusted, and let it run again after the kill switch. */
export function mayGovern(me: Me): boolean {
  return me.role === 'owner';
}
