import { hostname } from 'node:os';
import { type Command, Option } from 'commander';
import { AuditLog } from '../../audit/index.ts';
import { createUser } from '../../auth/index.ts';
import {
  databasePath,
  initialise,
  runbookFolders,
  signAndPublish,
  stockRunbooksDir,
} from '../../installation/index.ts';
import { openStore } from '../../store/index.ts';
import { hostAndPort } from '../addresses.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, note, show } from '../leaf.ts';
import { wholeNumber } from '../whole-number.ts';

type Door = ReturnType<typeof hostAndPort>;
interface Options extends CommonOptions {
  readonly offline?: string;
  readonly threshold: number;
  readonly keys?: number;
  readonly name?: string[];
  readonly agents?: Door;
  readonly web?: Door;
  readonly owner: string;
  readonly requireApproval?: true;
  readonly runbooks: boolean;
}

/** `millwright init`: a new installation. */
export function addInit(program: Command, console: Console): void {
  leaf(program, 'init', 'make a new installation: keys, catalogue, database, configuration')
    .option(
      '--offline <dir>',
      'where the offline keys go (default: the data folder with -offline-keys behind it)',
    )
    .option('--threshold <n>', 'offline signatures that each role needs', wholeNumber(1, 10), 1)
    .option(
      '--keys <n>',
      'offline keys for each role (default: as many as the threshold)',
      wholeNumber(1, 10),
    )
    .option(
      '--name <host...>',
      "names and addresses of this controller, for its certificate (default: localhost and this host's name)",
    )
    .addOption(
      new Option('--agents <host:port>', 'where agents come in (default: 0.0.0.0:7443)').argParser(
        hostAndPort,
      ),
    )
    .addOption(
      new Option('--web <host:port>', 'where people come in (default: 127.0.0.1:8443)').argParser(
        hostAndPort,
      ),
    )
    .option('--owner <name>', 'the first user, who signs in by a link', 'owner')
    .option('--require-approval', 'new endpoints wait for an operator')
    .option('--no-runbooks', 'do not sign the stock runbooks')
    .action(async (options: Options) => {
      const { clock } = console;
      const dataDir = options.data;
      const offlineDir = options.offline ?? `${dataDir.replace(/[/\\]+$/, '')}-offline-keys`;
      if (options.keys !== undefined && options.keys < options.threshold)
        throw new CliError(
          'usage',
          `${options.keys} keys cannot make ${options.threshold} signatures: give --keys ${options.threshold} or more`,
        );
      const names = options.name ?? ['localhost', '127.0.0.1', hostname()];
      const { catalogue } = await initialise({
        dataDir,
        offlineDir,
        threshold: options.threshold,
        ...(options.keys === undefined ? {} : { keys: options.keys }),
        clock,
        configuration: {
          names,
          requireApproval: options.requireApproval === true,
          ...(options.agents === undefined ? {} : { agents: options.agents }),
          ...(options.web === undefined ? {} : { web: options.web }),
        },
      });
      const store = await openStore(databasePath(dataDir));
      try {
        await createUser(
          { store, clock, audit: new AuditLog(clock) },
          { name: options.owner, role: 'owner', password: null, by: console.operator },
        );
      } finally {
        await store.close();
      }
      const signed = options.runbooks
        ? (await signAndPublish({ dataDir, offlineDir, folders: runbookFolders(stockRunbooksDir), clock }))
            .signed.runbooks
        : [];
      const { warnings, next, warrantKey } = catalogue;
      for (const warning of warnings) note(console, `Warning: ${warning}`);
      show(
        console,
        options,
        {
          dataDir,
          offlineDir,
          names,
          warrantKey,
          owner: options.owner,
          runbooks: signed.map(({ id, version }) => ({ id, version })),
          warnings,
          next,
        },
        [
          `Millwright is ready in ${dataDir}, with ${signed.length} runbooks. Each is in shadow until you say otherwise.`,
          next,
          '',
          `  millwright serve --data ${dataDir}`,
          `  millwright sign-in-link ${options.owner} --data ${dataDir}`,
          `  millwright token create CLIENT SITE --data ${dataDir}`,
        ].join('\n'),
      );
    });
}
