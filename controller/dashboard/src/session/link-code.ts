/**
 * Takes the code of a one-time link (`/sign-in#code=…`) out of the address, so that it stays in no history entry.
 * A fragment is never sent to a server.
 */
export function takeLinkCode(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null || code === '') return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return code;
}
