import { Role } from '@millwright/shared/api';
import { type Command, Option } from 'commander';
import { createSignInLink, createUser, listUsers, removeUser } from '../../auth/index.ts';
import { webAddress } from '../addresses.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, note, show } from '../leaf.ts';
import { withInstallation } from '../open-installation.ts';
import { type PasswordOptions, readPassword } from '../password-input.ts';
import { moment } from '../printable.ts';
import { table } from '../table.ts';

/** `millwright user`: the people who may sign in. */
export function addUsers(program: Command, console: Console): void {
  const user = group(program, 'user', 'the people who may sign in');
  leaf(user, 'add <name>', 'add somebody; asks for a password')
    .addOption(new Option('--role <role>', 'what they may do').choices(Role.options).default('technician'))
    .option('--password-file <file>', 'read the password from a file')
    .option('--password-stdin', 'read the password from standard input')
    .option('--no-password', 'no password: they sign in by one-time links')
    .action(async (name: string, options: CommonOptions & PasswordOptions & { role: Role }) =>
      withInstallation(console, options.data, async (installation) => {
        const password = await readPassword(console, options);
        await createUser(installation, { name, role: options.role, password, by: console.operator });
        show(
          console,
          options,
          { name, role: options.role, hasPassword: password !== null },
          `${name} may sign in as ${options.role}.`,
        );
      }),
    );
  leaf(user, 'list', 'everybody who may sign in').action(async (options: CommonOptions) =>
    withInstallation(console, options.data, async ({ store }) => {
      const items = await listUsers(store.read);
      const rows = items.map((item) => [
        item.name,
        item.role,
        item.hasPassword ? 'password' : 'links only',
        moment(item.createdAt),
      ]);
      show(
        console,
        options,
        { items },
        items.length === 0
          ? 'There are no users.'
          : table(['NAME', 'ROLE', 'SIGNS IN BY', 'SINCE'], rows, console.out),
      );
    }),
  );
  leaf(user, 'remove <name>', 'remove somebody, and end their sessions').action(
    async (name: string, options: CommonOptions) =>
      withInstallation(console, options.data, async (installation) => {
        await removeUser(installation, { name, by: console.operator });
        show(console, options, { name, removed: true }, `${name} may no longer sign in.`);
      }),
  );
}

/** `millwright sign-in-link`: a link that signs somebody in once. */
export function addSignInLink(program: Command, console: Console): void {
  leaf(program, 'sign-in-link <name>', 'make a link that signs somebody in once, within 10 minutes').action(
    async (name: string, options: CommonOptions) =>
      withInstallation(console, options.data, async (installation) => {
        const { code, expiresAt } = await createSignInLink(installation, {
          user: name,
          by: console.operator,
        });
        const url = `${webAddress(installation.configuration)}/sign-in#code=${code}`;
        show(console, options, { user: name, url, expiresAt }, url);
        if (!options.json) note(console, `Signs ${name} in once, until ${moment(expiresAt)}.`);
      }),
  );
}
