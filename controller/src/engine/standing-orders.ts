import type { Mode } from '@millwright/shared/api';
import { setKillSwitch } from './circumstances.ts';
import { EngineError } from './engine-error.ts';
import type { CatalogueView, EngineParts } from './ports.ts';

type Parts = Pick<EngineParts, 'store' | 'audit'>;

/**
 * Sets how far a runbook is trusted for a client (`*`: all that have no mode of their own). Kept in the store and read
 * at every decision, so that it holds from whichever process it was set.
 * @throws EngineError `not-found`, `not-allowed`
 */
export async function setMode(
  { store, audit, catalogue }: Parts & { readonly catalogue: CatalogueView },
  { runbook, client, mode, by }: { runbook: string; client: string; mode: Mode; by: string },
): Promise<void> {
  const manifest = catalogue.runbooks().find((published) => published.manifest.id === runbook)?.manifest;
  if (manifest === undefined)
    throw new EngineError('not-found', `there is no runbook ${runbook} in the catalogue`);
  if (mode === 'autonomous' && manifest.class === 'L2')
    throw new EngineError(
      'not-allowed',
      `${runbook} is class L2: it needs a technician's signature each time and cannot be autonomous; choose suggest`,
    );
  await store.write(async (tx) => {
    if (client !== '*') {
      const known = await tx.selectFrom('clients').select('id').where('id', '=', client).executeTakeFirst();
      if (known === undefined)
        throw new EngineError(
          'not-found',
          `there is no client ${client}: name its id, which stands before the slash under SITE in \`millwright endpoints\``,
        );
    }
    await tx
      .insertInto('modes')
      .values({ runbook, client, mode })
      .onConflict((conflict) => conflict.columns(['runbook', 'client']).doUpdateSet({ mode }))
      .execute();
    await audit.append(tx, { actor: by, action: 'mode-set', subject: runbook, detail: { client, mode } });
  });
}

/**
 * Takes away a client's own mode for a runbook: the one for all others counts for it again. For `*`, what counts where
 * nobody has said anything.
 * @throws EngineError `not-found`
 */
export async function unsetMode(
  { store, audit }: Parts,
  { runbook, client, by }: { runbook: string; client: string; by: string },
): Promise<void> {
  await store.write(async (tx) => {
    const gone = await tx
      .deleteFrom('modes')
      .where('runbook', '=', runbook)
      .where('client', '=', client)
      .returning('mode')
      .executeTakeFirst();
    if (gone === undefined)
      throw new EngineError('not-found', `${runbook} has no mode of its own for client ${client}`);
    await audit.append(tx, {
      actor: by,
      action: 'mode-unset',
      subject: runbook,
      detail: { client, was: gone.mode },
    });
  });
}

/** Stops every run, or lets runs go on: from whichever process, within a second. */
export async function orderKillSwitch(
  { store, audit, clock }: Parts & Pick<EngineParts, 'clock'>,
  { on, reason, by }: { on: boolean; reason: string; by: string },
): Promise<void> {
  await store.write(async (tx) => {
    await setKillSwitch(tx, on ? { by, at: clock.now(), reason } : null);
    await audit.append(tx, {
      actor: by,
      action: on ? 'kill-switch-on' : 'kill-switch-off',
      subject: 'all',
      detail: { reason },
    });
  });
}
