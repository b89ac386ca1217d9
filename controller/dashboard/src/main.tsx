import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import './styles.ts';
import { ApiFailure, isSignedOut } from './api/failure.ts';
import { type Key, keys, staleAfter } from './api/keys.ts';
import { LiveFeed } from './api/live-feed.ts';
import { API_ROOT } from './api/request.ts';
import { Pages } from './pages.tsx';
import { LiveFeedProvider } from './shell/live-state.tsx';
import { meaning, theme } from './theme.ts';
import { NowProvider } from './words/now.tsx';

const MOST_RETRIES = 2;

/** A session that ended is noticed by whichever request is made next. */
function askWhoIsSignedIn(error: Error): void {
  if (isSignedOut(error)) void client.invalidateQueries({ queryKey: keys.me });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== keys.me[0]) askWhoIsSignedIn(error);
    },
  }),
  // Signing in, too, is refused with 401: that is no news about who is signed in.
  mutationCache: new MutationCache({
    onError: (error, _input, _context, mutation) => {
      if (mutation.options.mutationKey?.[0] !== keys.me[0]) askWhoIsSignedIn(error);
    },
  }),
  defaultOptions: {
    queries: {
      // The live feed says what is old.
      staleTime: 60_000,
      // Only an answer that never came may come the next time.
      retry: (failures, error) =>
        failures < MOST_RETRIES && error instanceof ApiFailure && (error.status === 0 || error.status >= 500),
    },
  },
});

const feed = new LiveFeed({
  open: () => new EventSource(`${API_ROOT}/live`),
  onChanges: (changes) => {
    const stale = new Map(
      changes.flatMap(staleAfter).map((key): [string, Key] => [JSON.stringify(key), key]),
    );
    for (const queryKey of stale.values()) void client.invalidateQueries({ queryKey });
  },
  onGap: () => void client.invalidateQueries(),
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root to draw the page in');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={meaning} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LiveFeedProvider value={feed}>
          <NowProvider clock={Date}>
            <BrowserRouter>
              <Pages />
            </BrowserRouter>
          </NowProvider>
        </LiveFeedProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
