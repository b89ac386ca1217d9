import { createHash } from 'node:crypto';
import type { Writer } from '../store/index.ts';

/** What two spellings of one name have in common: `Hill  bakery` is `Hill Bakery`. */
const spelling = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** A short id from a name (`Hill & Sons` becomes `hill-sons`); '' where the name has no Latin letter or digit. */
const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);

/**
 * An id that no other name has. Autonomy, signatures' reach and maintenance are by id: two clients that shared one would share
 * those too.
 */
function idFor(name: string, taken: ReadonlySet<string>): string {
  const short = slug(name);
  if (short !== '' && !taken.has(short)) return short;
  const told = createHash('sha256').update(spelling(name)).digest('hex').slice(0, 8);
  return short === '' ? told : `${short}-${told}`;
}

/** The client and site of these names, made where they are new. */
export async function siteNamed(
  tx: Writer,
  clientName: string,
  siteName: string,
): Promise<{ client: string; site: string }> {
  const clients = await tx.selectFrom('clients').select(['id', 'name']).execute();
  let client = clients.find(({ name }) => spelling(name) === spelling(clientName))?.id;
  if (client === undefined) {
    client = idFor(clientName, new Set(clients.map(({ id }) => id)));
    await tx.insertInto('clients').values({ id: client, name: clientName.trim() }).execute();
  }
  const sites = await tx.selectFrom('sites').select(['id', 'name']).where('client', '=', client).execute();
  let site = sites.find(({ name }) => spelling(name) === spelling(siteName))?.id;
  if (site === undefined) {
    const taken = new Set(sites.map(({ id }) => id.slice(`${client}/`.length)));
    site = `${client}/${idFor(siteName, taken)}`;
    await tx.insertInto('sites').values({ id: site, client, name: siteName.trim() }).execute();
  }
  return { client, site };
}
