import { KillSwitch, type Mode } from '@millwright/shared/api';
import { flapping } from '@millwright/shared/conditions';
import type { Manifest } from '@millwright/shared/runbook';
import { sql } from 'kysely';
import { inMaintenance } from '../alerts/maintenance.ts';
import type { Reader, Writer } from '../store/index.ts';
import type { Circumstances } from './policy.ts';
import type { AlertBehind } from './remediations.ts';

const dayMs = 86_400_000;
/** Where nobody has said anything, a runbook only shows what it would have done. */
export const defaultMode: Mode = 'shadow';
const killSwitchSetting = 'kill-switch';

/** Who stopped everything, when and why; null while runs go on. */
export async function killSwitchOf(db: Reader | Writer): Promise<KillSwitch | null> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', killSwitchSetting)
    .executeTakeFirst();
  return row === undefined ? null : KillSwitch.parse(JSON.parse(row.value));
}

export async function killSwitchOn(db: Reader | Writer): Promise<boolean> {
  return (await killSwitchOf(db)) !== null;
}

export async function setKillSwitch(tx: Writer, killSwitch: KillSwitch | null): Promise<void> {
  if (killSwitch === null) {
    await tx.deleteFrom('settings').where('key', '=', killSwitchSetting).execute();
    return;
  }
  const value = JSON.stringify(killSwitch);
  await tx
    .insertInto('settings')
    .values({ key: killSwitchSetting, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** The mode of a runbook for a client: its own, or the one for all others. */
export async function modeOf(db: Reader | Writer, runbook: string, client: string): Promise<Mode> {
  const rows = await db
    .selectFrom('modes')
    .select(['client', 'mode'])
    .where('runbook', '=', runbook)
    .where('client', 'in', [client, '*'])
    .execute();
  return rows.find((row) => row.client === client)?.mode ?? rows[0]?.mode ?? defaultMode;
}

/** What policy weighs, read in one transaction. */
export async function circumstancesOf(
  db: Reader | Writer,
  manifest: Manifest,
  endpoint: string,
  alert: AlertBehind,
  now: number,
): Promise<Circumstances> {
  const attempts = await db
    .selectFrom('runs')
    .innerJoin('remediations', 'remediations.id', 'runs.remediation')
    .innerJoin('alerts', 'alerts.id', 'remediations.alert')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('runs.endpoint', '=', endpoint)
    .where('alerts.condition', '=', alert.condition)
    .where('alerts.subject', '=', alert.subject)
    .where('runs.sentAt', '>', now - dayMs)
    // A warrant of which no script ran is no attempt: how often it is ordered anew is bounded apart.
    .where(sql`coalesce(${sql.ref('runs.result')} ->> 'code', 'precheck-failed')`, '=', 'precheck-failed')
    .where(sql`coalesce(${sql.ref('runs.result')} ->> 'lastStep', '')`, '<>', 'journalled')
    .executeTakeFirstOrThrow();
  const flaps = await db
    .selectFrom('alerts')
    .select('id')
    .where('endpoint', '=', endpoint)
    .where('condition', '=', flapping.id)
    .where('subject', '=', alert.subject)
    .where('state', '<>', 'resolved')
    .executeTakeFirst();
  return {
    manifest,
    mode: await modeOf(db, manifest.id, alert.client),
    killSwitch: await killSwitchOn(db),
    inMaintenance: await inMaintenance(db, { client: alert.client, site: alert.site, endpoint }, now),
    attempts: attempts.count,
    flapping: flaps !== undefined,
  };
}
