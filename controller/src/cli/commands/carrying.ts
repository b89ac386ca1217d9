import type { Command } from 'commander';
import { discardStaged, packCeremony, takeCeremony } from '../../ceremony/index.ts';
import { CliError } from '../cli-error.ts';
import { confirmed } from '../confirm.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, show } from '../leaf.ts';

/** `millwright catalogue pack` and `take`: the file that travels, so that the offline keys need not. */
export function addCarrying(catalogue: Command, console: Console): void {
  leaf(
    catalogue,
    'pack <file>',
    "write a ceremony file, for signing on the signers' own machines (`--file` there)",
  ).action(async (file: string, options: CommonOptions) => {
    await packCeremony(options.data, file);
    show(
      console,
      options,
      { file },
      `${file} holds the catalogue and what waits for signatures; nothing in it is secret.`,
    );
  });
  leaf(catalogue, 'take <file>', 'take in what was signed in a ceremony file; publish afterwards')
    .option('--replace', 'where this catalogue has staged something else, let the file decide')
    .action(async (file: string, options: CommonOptions & { replace?: true }) => {
      const roles = await takeCeremony({ dataDir: options.data, file, replace: options.replace === true });
      show(
        console,
        options,
        { roles },
        roles.length === 0
          ? `${file} holds nothing that is new here.`
          : `Taken: ${roles.join(', ')}. Publish with \`millwright catalogue publish\`.`,
      );
    });
  leaf(catalogue, 'discard', 'give up what was signed and is not published')
    .option('--yes', 'give it up without asking')
    .action(async (options: CommonOptions & { yes?: true }) => {
      if (
        !options.yes &&
        !(await confirmed(console, 'All signatures that wait are lost. Type yes to go on: '))
      )
        throw new CliError('refused', 'nothing was given up');
      const roles = await discardStaged(options.data);
      show(console, options, { roles }, `Given up: ${roles.join(', ')}.`);
    });
}
