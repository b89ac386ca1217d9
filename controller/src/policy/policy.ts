import type { Policy } from '@millwright/shared/protocol';
import { killSwitchOn } from '../engine/index.ts';
import type { Reader } from '../store/index.ts';
import { Overrides } from './set-policy.ts';

const order = ['all', 'client', 'site', 'endpoint'];

/** The policy in force for an endpoint: for everything, its client, its site, itself; the nearer word counts, field by field. */
export async function policyFor(db: Reader, endpoint: string): Promise<Policy> {
  const { client, site } = await db
    .selectFrom('endpoints')
    .select(['client', 'site'])
    .where('id', '=', endpoint)
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('policies')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('scope', '=', 'all'),
        eb.and([eb('scope', '=', 'client'), eb('scopeId', '=', client)]),
        eb.and([eb('scope', '=', 'site'), eb('scopeId', '=', site)]),
        eb.and([eb('scope', '=', 'endpoint'), eb('scopeId', '=', endpoint)]),
      ]),
    )
    .execute();
  const conditions: Policy['conditions'] = {};
  for (const row of rows.toSorted((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope))) {
    for (const [id, override] of Object.entries(Overrides.parse(JSON.parse(row.policy)))) {
      const base = conditions[id];
      conditions[id] = { ...base, ...override, thresholds: { ...base?.thresholds, ...override.thresholds } };
    }
  }
  return {
    version: rows.reduce((sum, row) => sum + row.version, 0),
    conditions,
    killSwitch: await killSwitchOn(db),
  };
}
