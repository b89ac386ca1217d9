import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadCatalogue } from '../../catalogue/index.ts';
import { addTechnician, removeTechnician } from '../../ceremony/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, show } from '../leaf.ts';
import { table } from '../table.ts';
import { stagedLine } from './staged-line.ts';

interface SigningOptions extends CommonOptions {
  readonly offline: string;
  readonly by?: string;
}

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
  const signing = ({ data, offline, by = console.operator }: SigningOptions) => ({
    dataDir: data,
    offlineDir: offline,
    clock: console.clock,
    by,
  });
  leaf(technician, 'add <name>', "give a technician's public key a reach")
    .requiredOption('--key <file>', "the technician's public key, in PEM")
    .requiredOption('--offline <dir>', 'the folder with the offline keys')
    .option('--namespace <pattern...>', 'runbooks that they may approve (a prefix and *)', ['*'])
    .option('--client <id...>', "clients that they may approve for ('*' for all)", ['*'])
    .option('--by <name>', 'who signs, for the record')
    .action(
      async (
        name: string,
        options: SigningOptions & { key: string; namespace: string[]; client: string[] },
      ) => {
        const staged = await addTechnician({
          ...signing(options),
          publicKey: readKey(options.key),
          name,
          namespaces: options.namespace,
          clients: options.client,
        });
        show(console, options, staged, `${name} has key ${staged.keyid}.\n${stagedLine(staged)}`);
      },
    );
  leaf(technician, 'remove <keyid>', "take a technician's key out")
    .requiredOption('--offline <dir>', 'the folder with the offline keys')
    .option('--by <name>', 'who signs, for the record')
    .action(async (keyid: string, options: SigningOptions) => {
      const { trust } = await loadCatalogue(options.data);
      if (!trust.technicians.some((known) => known.keyid === keyid))
        throw new CliError(
          'not-found',
          `no technician has the key ${keyid}; see \`millwright catalogue technician list\``,
        );
      const staged = await removeTechnician({ ...signing(options), keyid });
      show(console, options, staged, stagedLine(staged));
    });
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
