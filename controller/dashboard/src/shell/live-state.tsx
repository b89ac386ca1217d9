import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { LiveFeed, LiveState } from '../api/live-feed.ts';

const Feed = createContext<LiveFeed | undefined>(undefined);

export const LiveFeedProvider = Feed.Provider;

/**
 * The live feed, for as long as the caller is on screen.
 * @throws Error where no feed was provided.
 */
export function useLiveFeed(): LiveState {
  const feed = useContext(Feed);
  if (feed === undefined) throw new Error('useLiveFeed is used outside a LiveFeedProvider');
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return useSyncExternalStore(feed.subscribe, feed.getState);
}
