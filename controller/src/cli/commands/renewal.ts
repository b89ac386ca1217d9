import type { Command } from 'commander';
import { addNamespace, renewCatalogue, withdrawRunbook } from '../../ceremony/index.ts';
import type { Console } from '../console.ts';
import { leaf, show } from '../leaf.ts';
import { type CeremonyFlags, inCeremony, withCeremonyFlags } from './ceremony-flags.ts';
import { stagedLine } from './staged-line.ts';

/** `millwright catalogue renew`, `namespace` and `withdraw`: the offline keys' other work. */
export function addRenewal(catalogue: Command, console: Console): void {
  withCeremonyFlags(
    leaf(catalogue, 'renew', 'sign what stands for another lifetime, changing nothing; publish afterwards'),
  ).action(async (flags: CeremonyFlags) => {
    const roles = await inCeremony(console, flags, ({ options }) => renewCatalogue(options));
    show(console, flags, { roles }, roles.map(stagedLine).join('\n'));
  });
  withCeremonyFlags(
    leaf(catalogue, 'namespace <platform/category>', 'let a new namespace hold runbooks; publish afterwards'),
  ).action(async (namespace: string, flags: CeremonyFlags) => {
    const roles = await inCeremony(console, flags, ({ options }) => addNamespace({ ...options, namespace }));
    show(console, flags, { roles }, roles.map(stagedLine).join('\n'));
  });
  withCeremonyFlags(
    leaf(
      catalogue,
      'withdraw <runbook>',
      'take a runbook out, so that no endpoint runs it; publish afterwards',
    ),
  ).action(async (id: string, flags: CeremonyFlags) => {
    const role = await inCeremony(console, flags, ({ options }) => withdrawRunbook({ ...options, id }));
    show(console, flags, role, stagedLine(role));
  });
}
