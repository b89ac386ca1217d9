import type { Command } from 'commander';
import { loadCatalogue, publish } from '../../catalogue/index.ts';
import { lintRunbook, signRunbooks } from '../../ceremony/index.ts';
import { runbookFolders, stockRunbooksDir } from '../../installation/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, note, show } from '../leaf.ts';
import { moment } from '../printable.ts';
import { table } from '../table.ts';
import { addCarrying } from './carrying.ts';
import { type CeremonyFlags, inCeremony, withCeremonyFlags } from './ceremony-flags.ts';
import { addKeys } from './keys.ts';
import { addRenewal } from './renewal.ts';
import { stagedLine, waitingLine } from './staged-line.ts';
import { addTechnicians } from './technicians.ts';

/** The folders that were named, or the stock runbooks. */
const foldersOr = (folders: readonly string[]): readonly string[] =>
  folders.length > 0 ? folders : runbookFolders(stockRunbooksDir);

/** `millwright catalogue`: what endpoints may run. */
export function addCatalogue(program: Command, console: Console): void {
  const catalogue = group(program, 'catalogue', 'what endpoints may run');
  leaf(
    catalogue,
    'lint [folders...]',
    'check runbook folders (the stock runbooks where none is named)',
  ).action(async (folders: string[], options: CommonOptions) => {
    const checked = foldersOr(folders);
    const problems = (
      await Promise.all(
        checked.map(async (folder) => (await lintRunbook(folder)).map((problem) => ({ folder, ...problem }))),
      )
    ).flat();
    show(
      console,
      options,
      { checked: checked.length, problems },
      [
        ...problems.map(
          ({ folder, file, rule, message, remedy }) => `${folder}/${file}: ${message} (${rule}); ${remedy}`,
        ),
        ...(problems.length === 0 ? [`${checked.length} runbooks, no problems.`] : []),
      ].join('\n'),
    );
    if (problems.length > 0)
      throw new CliError(
        'failed',
        `${problems.length} problems in ${checked.length} runbooks; mend them before signing`,
      );
  });
  withCeremonyFlags(
    leaf(
      catalogue,
      'sign [folders...]',
      'sign runbook folders with the offline keys that are at hand (the stock runbooks where none is named)',
    ),
  ).action(async (folders: string[], flags: CeremonyFlags) => {
    const result = await inCeremony(console, flags, ({ options }) =>
      signRunbooks({ ...options, folders: foldersOr(folders) }),
    );
    show(
      console,
      flags,
      result,
      [
        table(
          ['RUNBOOK', 'VERSION', 'CHANGE'],
          result.runbooks.map(({ id, version, change }) => [id, String(version), change]),
          console.out,
        ),
        ...result.roles.map(stagedLine),
      ].join('\n'),
    );
  });
  leaf(catalogue, 'publish', 'publish what has enough signatures').action(async (options: CommonOptions) => {
    const result = await publish({ dataDir: options.data, clock: console.clock });
    const lines = result.published.map(({ role, version }) => `${role} version ${version} is published.`);
    show(console, options, result, lines.length === 0 ? 'Nothing new was ready.' : lines.join('\n'));
    for (const role of result.waiting) note(console, `Waiting: ${waitingLine(role)}.`);
  });
  leaf(catalogue, 'list', 'what is published, and until when').action(async (options: CommonOptions) => {
    const { runbooks, roles, root, expiresAt } = await loadCatalogue(options.data);
    const items = runbooks.map(({ manifest, sha256 }) => ({
      id: manifest.id,
      version: manifest.version,
      class: manifest.class,
      title: manifest.title,
      sha256,
    }));
    show(
      console,
      options,
      { items, roles, root, expiresAt },
      [
        table(
          ['RUNBOOK', 'VERSION', 'CLASS', 'TITLE'],
          items.map((item) => [item.id, String(item.version), item.class, item.title]),
          console.out,
        ),
        '',
        `The first signature to expire does so on ${moment(expiresAt)}.`,
      ].join('\n'),
    );
  });
  addRenewal(catalogue, console);
  addKeys(catalogue, console);
  addCarrying(catalogue, console);
  addTechnicians(catalogue, console);
}
