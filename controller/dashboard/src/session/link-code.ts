/**
 * Takes the code of a one-time link (`/sign-in#code=…`) out of the address, so that it stays in no history entry.
 * A fragment is never sent to a server.
 */
export function takeLinkCode(
  location: { readonly hash: string; readonly pathname: string; readonly search: string },
  history: { replaceState(data: null, unused: string, address: string): void },
): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null || code === '') return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return code;
}
