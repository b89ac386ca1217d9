import { Argument, type Command } from 'commander';
import { killSwitchOf, orderKillSwitch } from '../../engine/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, show } from '../leaf.ts';
import { withInstallation } from '../open-installation.ts';
import { moment, printable } from '../printable.ts';
import { toned } from '../table.ts';
import { words } from '../words.ts';

/** `millwright kill-switch`: stops every run, everywhere. */
export function addKillSwitch(program: Command, console: Console): void {
  leaf(program, 'kill-switch', 'stop every run, or let runs go on; without an argument, say how it stands')
    .addArgument(new Argument('[state]').choices(['on', 'off']))
    .option('--reason <text>', 'why; kept in the audit log', words(400))
    .action(async (state: 'on' | 'off' | undefined, options: CommonOptions & { reason?: string }) =>
      withInstallation(console, options.data, async ({ store, audit, clock }) => {
        if (state !== undefined) {
          if (options.reason === undefined)
            throw new CliError(
              'usage',
              `say why, for the audit log: millwright kill-switch ${state} --reason TEXT`,
            );
          await orderKillSwitch(
            { store, audit, clock },
            { on: state === 'on', reason: options.reason, by: console.operator },
          );
        }
        const standing = await killSwitchOf(store.read);
        show(
          console,
          options,
          standing === null ? { on: false } : { on: true, ...standing },
          standing === null
            ? 'The kill switch is off.'
            : toned(
                `The kill switch is on: nothing runs. ${printable(standing.by)} turned it on, ${moment(standing.at)}: ${printable(standing.reason)}`,
                'bad',
                console.out,
              ),
        );
      }),
    );
}
