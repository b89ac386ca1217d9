import type { Reader, Writer } from '../store/index.ts';

/** Whether a maintenance window covers an endpoint now. */
export async function inMaintenance(
  db: Reader | Writer,
  where: { client: string; site: string; endpoint: string | null },
  now: number,
): Promise<boolean> {
  const window = await db
    .selectFrom('maintenance')
    .select('id')
    .where('startsAt', '<=', now)
    .where('endsAt', '>', now)
    .where((eb) =>
      eb.or([
        eb.and([eb('scope', '=', 'client'), eb('scopeId', '=', where.client)]),
        eb.and([eb('scope', '=', 'site'), eb('scopeId', '=', where.site)]),
        ...(where.endpoint === null
          ? []
          : [eb.and([eb('scope', '=', 'endpoint'), eb('scopeId', '=', where.endpoint)])]),
      ]),
    )
    .executeTakeFirst();
  return window !== undefined;
}
