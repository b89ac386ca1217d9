import { writeFileSync } from 'node:fs';
import { Role } from '@millwright/shared/api';
import { type Command, Option } from 'commander';
import { createApiToken, listApiTokens, revokeApiToken } from '../../auth/index.ts';
import { createEnrolmentBundle } from '../../installation/index.ts';
import { address, agentsAddress } from '../addresses.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, note, show } from '../leaf.ts';
import { withInstallation } from '../open-installation.ts';
import { moment } from '../printable.ts';
import { type Tone, table } from '../table.ts';
import { hours, wholeNumber } from '../whole-number.ts';
import { words } from '../words.ts';

interface CreateOptions extends CommonOptions {
  readonly hours: number;
  readonly controller?: string;
  readonly output?: string;
}

type TokenState = 'open' | 'used' | 'expired';
const tones: Readonly<Record<TokenState, Tone>> = { open: 'good', used: 'dim', expired: 'dim' };

/** `millwright token`: one-time tokens that let endpoints in. */
export function addTokens(program: Command, console: Console): void {
  const token = group(program, 'token', 'one-time tokens that let endpoints in');
  leaf(token, 'create', 'make a token for one endpoint, with what the agent must trust')
    .argument('<client>', 'whose endpoint it is, by name', words(64))
    .argument('<site>', 'where it stands, by name', words(64))
    .option('--hours <n>', 'how long it is good (24 at most)', hours(0.1, 24), 24)
    .option(
      '--controller <host:port>',
      'where the endpoint reaches this controller (default: its first name, and the port for agents)',
      address,
    )
    .option('--output <file>', 'write it to a new file that only you can read')
    .action(async (client: string, site: string, options: CreateOptions) =>
      withInstallation(console, options.data, async (installation) => {
        const bundle = await createEnrolmentBundle(installation, options.data, {
          client,
          site,
          hours: options.hours,
          by: console.operator,
          controller: options.controller ?? agentsAddress(installation.configuration),
        });
        if (options.output === undefined) return show(console, { ...options, json: true }, bundle, '');
        try {
          writeFileSync(options.output, `${JSON.stringify(bundle, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
        } catch (cause) {
          throw new CliError(
            'refused',
            `cannot make ${options.output}: ${cause instanceof Error ? cause.message : String(cause)}; name a new file`,
            { cause },
          );
        }
        show(
          console,
          options,
          { file: options.output, controller: bundle.controller },
          `${options.output} lets one endpoint into ${client}, ${site}, within ${options.hours} hours.`,
        );
      }),
    );
  leaf(token, 'list', 'the tokens that were made').action(async (options: CommonOptions) =>
    withInstallation(console, options.data, async ({ store, clock }) => {
      const rows = await store.read
        .selectFrom('enrolmentTokens')
        .select(['client', 'site', 'createdAt', 'expiresAt', 'usedAt', 'usedBy'])
        .orderBy('createdAt', 'desc')
        .execute();
      const items = rows.map((row) => ({
        ...row,
        state: (row.usedAt !== null
          ? 'used'
          : row.expiresAt <= clock.now()
            ? 'expired'
            : 'open') satisfies TokenState as TokenState,
      }));
      show(
        console,
        options,
        { items },
        items.length === 0
          ? 'No tokens were made.'
          : table(
              ['SITE', 'STATE', 'CREATED', 'EXPIRES', 'ENDPOINT'],
              items.map(({ site, state, createdAt, expiresAt, usedBy }) => [
                site,
                { text: state, tone: tones[state] },
                moment(createdAt),
                moment(expiresAt),
                usedBy ?? '-',
              ]),
              console.out,
            ),
      );
    }),
  );
}

/** `millwright api-token`: tokens for programs that use the API. */
export function addApiTokens(program: Command, console: Console): void {
  const token = group(program, 'api-token', 'tokens for programs that use the API');
  leaf(token, 'create <name>', 'make a token; it is shown this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(Role.options).default('viewer'))
    .option('--days <n>', 'how long it is good', wholeNumber(1, 365), 90)
    .action(async (name: string, options: CommonOptions & { role: Role; days: number }) =>
      withInstallation(console, options.data, async (installation) => {
        const made = await createApiToken(installation, {
          name,
          role: options.role,
          expiresInDays: options.days,
          by: console.operator,
        });
        show(console, options, made, made.token);
        if (!options.json)
          note(
            console,
            `API token ${made.id} (${options.role}) is good until ${moment(made.expiresAt)}. It is not shown again.`,
          );
      }),
    );
  leaf(token, 'list', 'the tokens that were made').action(async (options: CommonOptions) =>
    withInstallation(console, options.data, async ({ store, clock }) => {
      const items = await listApiTokens(store.read);
      const state = (item: (typeof items)[number]): { text: string; tone: Tone } =>
        item.revokedAt !== null
          ? { text: 'revoked', tone: 'dim' }
          : item.expiresAt <= clock.now()
            ? { text: 'expired', tone: 'dim' }
            : { text: 'in force', tone: 'good' };
      show(
        console,
        options,
        { items },
        items.length === 0
          ? 'No API tokens were made.'
          : table(
              ['ID', 'NAME', 'ROLE', 'STATE', 'EXPIRES'],
              items.map((item) => [
                String(item.id),
                item.name,
                item.role,
                state(item),
                moment(item.expiresAt),
              ]),
              console.out,
            ),
      );
    }),
  );
  leaf(token, 'revoke', 'end a token at once')
    .argument('<id>', 'its number, as `api-token list` shows it', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action(async (id: number, options: CommonOptions) =>
      withInstallation(console, options.data, async (installation) => {
        await revokeApiToken(installation, { id, by: console.operator });
        show(console, options, { id, revoked: true }, `API token ${id} is revoked.`);
      }),
    );
}
