import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadCatalogue } from '../../catalogue/index.ts';
import { addTechnician, removeTechnician } from '../../ceremony/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, show } from '../leaf.ts';
import { table } from '../table.ts';
import { type CeremonyFlags, inCeremony, withCeremonyFlags } from './ceremony-flags.ts';
import { stagedLine } from './staged-line.ts';

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(
      'not-found',
      `cannot read the public key ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** `millwright catalogue technician`: whose signatures count for L2 runbooks. */
export function addTechnicians(catalogue: Command, console: Console): void {
  const technician = group(catalogue, 'technician', 'whose signatures count for L2 runbooks');
  withCeremonyFlags(leaf(technician, 'add <name>', "give a technician's public key a reach"))
    .requiredOption('--key <file>', "the technician's public key, in PEM")
    .option('--namespace <pattern...>', 'runbooks that they may approve (a prefix and *)', ['*'])
    .option('--client <id...>', "clients that they may approve for ('*' for all)", ['*'])
    .action(
      async (
        name: string,
        options: CeremonyFlags & { key: string; namespace: string[]; client: string[] },
      ) => {
        const publicKey = readKey(options.key);
        const { namespace: namespaces, client: clients } = options;
        const staged = await inCeremony(console, options, (place) =>
          addTechnician({ ...place.options, publicKey, name, namespaces, clients }),
        );
        show(console, options, staged, `${name} has key ${staged.keyid}.\n${stagedLine(staged)}`);
      },
    );
  withCeremonyFlags(leaf(technician, 'remove <keyid>', "take a technician's key out")).action(
    async (keyid: string, flags: CeremonyFlags) => {
      const staged = await inCeremony(console, flags, async ({ options }) => {
        const { trust } = await loadCatalogue(options.dataDir);
        if (!trust.technicians.some((known) => known.keyid === keyid))
          throw new CliError(
            'not-found',
            `no technician has the key ${keyid}; see \`millwright catalogue technician list\``,
          );
        return removeTechnician({ ...options, keyid });
      });
      show(console, flags, staged, stagedLine(staged));
    },
  );
  leaf(technician, 'list', 'the technicians that are published').action(async (options: CommonOptions) => {
    const { technicians } = (await loadCatalogue(options.data)).trust;
    const items = technicians.map(({ keyid, name, namespaces, clients }) => ({
      keyid,
      name,
      namespaces,
      clients,
    }));
    const rows = items.map((item) => [
      item.name,
      item.namespaces.join(' '),
      item.clients.join(' '),
      item.keyid,
    ]);
    show(
      console,
      options,
      { items },
      items.length === 0
        ? 'There are no technicians.'
        : table(['NAME', 'RUNBOOKS', 'CLIENTS', 'KEY'], rows, console.out),
    );
  });
}
