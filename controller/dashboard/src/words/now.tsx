import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** Wall-clock time, passed in. Milliseconds since the epoch. */
export interface PageClock {
  now(): number;
}

const TICK_MS = 5_000;
const Now = createContext(0);

/** Tells everything below it what time it is, again every few seconds. */
export function NowProvider({ clock, children }: { clock: PageClock; children: ReactNode }) {
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [clock]);
  return <Now value={now}>{children}</Now>;
}

/** The time, a few seconds coarse. Milliseconds since the epoch. */
export function useNow(): number {
  return useContext(Now);
}
