import { resolve } from 'node:path';
import { formatBytes } from '@millwright/shared/units';
import type { Command } from 'commander';
import { readConfiguration } from '../../configuration/index.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, note, show } from '../leaf.ts';

/** `millwright backup`: a copy of the installation, made beside the controller. */
export function addBackup(program: Command, console: Console): void {
  leaf(
    program,
    'backup <folder>',
    'copy the installation, also while it serves, to a folder that is not there yet',
  ).action(async (folder: string, options: CommonOptions) => {
    readConfiguration(options.data);
    const { backUp } = await import('../../installation/index.ts');
    const backup = await backUp(options.data, resolve(folder));
    show(console, options, backup, `${backup.folder}: ${backup.files} files, ${formatBytes(backup.bytes)}`);
    note(
      console,
      "It holds the controller's keys: keep it as safe as the controller. The offline keys are not in it.",
    );
  });
}
