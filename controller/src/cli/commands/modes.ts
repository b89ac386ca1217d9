import { Mode } from '@millwright/shared/api';
import { Argument, type Command } from 'commander';
import { runbooks } from '../../api/queries/runbooks.ts';
import { loadCatalogue } from '../../catalogue/index.ts';
import { modeOf, setMode, unsetMode } from '../../engine/index.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, show } from '../leaf.ts';
import { withInstallation } from '../open-installation.ts';
import { type Tone, table } from '../table.ts';

const tones: Readonly<Record<Mode, Tone>> = {
  off: 'dim',
  shadow: 'plain',
  suggest: 'warn',
  autonomous: 'good',
};

/** `millwright mode`: how far each runbook is trusted. */
export function addModes(program: Command, console: Console): void {
  const mode = group(program, 'mode', 'how far each runbook is trusted, for each client');
  leaf(mode, 'set <runbook> <client>', "set a runbook's mode for a client's id, or for '*' (all others)")
    .addArgument(new Argument('<mode>').choices(Mode.options))
    .action(async (runbook: string, client: string, wanted: Mode, options: CommonOptions) =>
      withInstallation(console, options.data, async ({ store, audit }) => {
        const published = await loadCatalogue(options.data);
        await setMode(
          { store, audit, catalogue: { runbooks: () => published.runbooks } },
          { runbook, client, mode: wanted, by: console.operator },
        );
        show(
          console,
          options,
          { runbook, client, mode: wanted },
          `${runbook} is ${wanted} for ${client === '*' ? 'all other clients' : client}.`,
        );
      }),
    );
  leaf(
    mode,
    'unset <runbook> <client>',
    "take away a client's own mode: the one for all others counts for it again",
  ).action(async (runbook: string, client: string, options: CommonOptions) =>
    withInstallation(console, options.data, async ({ store, audit }) => {
      await unsetMode({ store, audit }, { runbook, client, by: console.operator });
      const now = await modeOf(store.read, runbook, client);
      show(
        console,
        options,
        { runbook, client, mode: now },
        `${runbook} is ${now} for ${client === '*' ? 'all other clients' : client}, as for all that have no mode of their own.`,
      );
    }),
  );
  leaf(mode, 'list', 'the modes that are in force').action(async (options: CommonOptions) =>
    withInstallation(console, options.data, async ({ store }) => {
      const { runbooks: published } = await loadCatalogue(options.data);
      const summaries = await runbooks(store.read, { runbooks: () => published });
      const items = summaries.flatMap(({ id, modes }) =>
        Object.entries(modes).map(([client, standing]) => ({ runbook: id, client, mode: standing })),
      );
      const rows = items.map((item) => [
        item.runbook,
        item.client,
        { text: item.mode, tone: tones[item.mode] },
      ]);
      show(
        console,
        options,
        { items },
        items.length === 0
          ? 'The catalogue has no runbooks.'
          : table(['RUNBOOK', 'CLIENT', 'MODE'], rows, console.out),
      );
    }),
  );
}
