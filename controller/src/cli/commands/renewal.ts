import type { Command } from 'commander';
import { addNamespace, renewCatalogue } from '../../ceremony/index.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, show } from '../leaf.ts';
import { stagedLine } from './staged-line.ts';

type CeremonyFlags = CommonOptions & { readonly offline: string; readonly by?: string };

/** `millwright catalogue renew` and `namespace`: the offline keys' other work. */
export function addRenewal(catalogue: Command, console: Console): void {
  const ceremony = (command: Command): Command =>
    command
      .requiredOption('--offline <dir>', 'the folder with the offline keys')
      .option('--by <name>', 'who signs, for the record');
  const ceremonyOf = ({ data, offline, by = console.operator }: CeremonyFlags) => ({
    dataDir: data,
    offlineDir: offline,
    clock: console.clock,
    by,
  });

  ceremony(
    leaf(catalogue, 'renew', 'sign what stands for another lifetime, changing nothing; publish afterwards'),
  ).action(async (options: CeremonyFlags) => {
    const roles = await renewCatalogue(ceremonyOf(options));
    show(console, options, { roles }, roles.map(stagedLine).join('\n'));
  });
  ceremony(
    leaf(catalogue, 'namespace <platform/category>', 'let a new namespace hold runbooks; publish afterwards'),
  ).action(async (namespace: string, options: CeremonyFlags) => {
    const roles = await addNamespace({ ...ceremonyOf(options), namespace });
    show(console, options, { roles }, roles.map(stagedLine).join('\n'));
  });
}
