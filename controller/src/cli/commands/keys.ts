import { type Command, InvalidArgumentError } from 'commander';
import { durableFiles, makeNextOnlineKey, type OnlineKey, onlineKeyNames } from '../../catalogue/index.ts';
import {
  CustodianKeys,
  changeKeys,
  type KeyGroup,
  type KeyPlan,
  keyGroups,
  listKeys,
  makeCustodianFolder,
  noChange,
  raiseThreshold,
  readPending,
  type StagedRole,
  withCeremonyFile,
} from '../../ceremony/index.ts';
import { CliError } from '../cli-error.ts';
import { confirmed } from '../confirm.ts';
import type { Console } from '../console.ts';
import { readNamed } from '../controller-api.ts';
import { type CommonOptions, group, leaf, note, show } from '../leaf.ts';
import { moment, printable } from '../printable.ts';
import { table } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';
import { type CeremonyFlags, type CeremonyPlace, inCeremony, withCeremonyFlags } from './ceremony-flags.ts';
import { stagedLine } from './staged-line.ts';

type AskingFlags = CeremonyFlags & { readonly yes?: true };
type Thresholds = Partial<Record<KeyGroup, number>>;

/** `millwright catalogue keys`: who signs what, and how that changes. */
export function addKeys(catalogue: Command, console: Console): void {
  const keys = group(catalogue, 'keys', 'who signs what, and how that changes');
  const asking = (command: Command): Command =>
    withCeremonyFlags(command).option('--yes', 'sign without asking');

  leaf(keys, 'list', 'who holds which keys, how many must sign, and until when that is good')
    .option('--offline <dir>', 'an offline folder, to say which keys lie in it')
    .action(async (options: CommonOptions & { offline?: string }) => {
      const listed = await listKeys({
        dataDir: options.data,
        ...(options.offline === undefined ? {} : { offlineDir: options.offline }),
      });
      const rows = listed.roles.flatMap(({ role, threshold, keys: held, expiresAt }) =>
        held.map(({ keyid, holder, file }, index) => [
          index === 0 ? role : '',
          index === 0 ? `${threshold} of ${held.length}` : '',
          index === 0 ? moment(expiresAt) : '',
          keyid,
          file ?? holder ?? '',
        ]),
      );
      const warrants = listed.warrantKeys.map((keyid) => ['(warrants)', '1 of 1', '', keyid, 'controller']);
      const text = table(
        ['ROLE', 'SIGN', 'GOOD UNTIL', 'KEY', 'HELD BY'],
        [...rows, ...warrants],
        console.out,
      );
      show(console, options, listed, `${text}\n\nThe first root is ${listed.rootFingerprint} (SHA-256).`);
    });

  asking(
    leaf(
      keys,
      'raise',
      'set one threshold for all roles, making the keys that it takes in the offline folder',
    ),
  )
    .requiredOption('--threshold <n>', 'signatures that each role needs', wholeNumber(1, 10))
    .requiredOption('--keys <n>', 'keys that each role has', wholeNumber(1, 16))
    .action(async (flags: AskingFlags & { threshold: number; keys: number }) => {
      const { threshold, keys: count } = flags;
      await ask(console, flags, [`Every role: ${threshold} of ${count} keys sign.`]);
      const { roles, keyFiles } = await inCeremony(console, flags, ({ options }) =>
        raiseThreshold({ ...options, threshold, keys: count }),
      );
      tell(console, flags, roles, [
        ...(keyFiles.length === 0 ? [] : [`New keys: ${keyFiles.join(', ')}.`]),
        ...(count > 1
          ? ["Once it is published, give each custodian a copy of the folder with that one's keys only."]
          : []),
      ]);
    });

  leaf(keys, 'custodian <name>', "make one more custodian's offline folder, on that one's machine")
    .requiredOption('--offline <dir>', 'the folder to make')
    .option('--file <file>', 'a ceremony file in place of the data folder')
    .action(async (name: string, options: CommonOptions & { offline: string; file?: string }) => {
      const make = (dataDir: string) => makeCustodianFolder({ dataDir, offlineDir: options.offline, name });
      const made = await (options.file === undefined
        ? make(options.data)
        : withCeremonyFile(options.file, make));
      show(
        console,
        options,
        {
          folder: options.offline,
          publicKeys: made.file,
          rootFingerprint: made.rootFingerprint,
          keys: made.keys,
        },
        [
          `${options.offline} holds ${name}'s private keys: nobody else may have them.`,
          `The first root of this catalogue is ${made.rootFingerprint} (SHA-256): compare it with another custodian's.`,
          `Give ${made.file} to whoever holds the keys now, by a way that you trust. They run`,
          '',
          `  millwright catalogue keys change --add ${made.file} --offline DIR`,
        ].join('\n'),
      );
    });

  asking(leaf(keys, 'change', 'let custodians in or out, and set thresholds, as one change'))
    .option('--add <file...>', "custodians' public.json", [])
    .option('--remove <key...>', 'ids of keys that no longer count', [])
    .option(
      '--threshold <n...>',
      'signatures that are needed: N for all roles, or GROUP=N',
      readThreshold,
      {},
    )
    .action(async (flags: AskingFlags & { add: string[]; remove: string[]; threshold: Thresholds }) => {
      const custodians = flags.add.map(readCustodian);
      const plan: KeyPlan = {
        ...noChange,
        add: custodians.flatMap(({ name, keys: own }) =>
          keyGroups.map((keyGroup) => ({ group: keyGroup, key: own[keyGroup], holder: name })),
        ),
        remove: flags.remove,
        thresholds: flags.threshold,
      };
      await ask(console, flags, [
        ...custodians.map(({ name }) => `${name} is let in, with a key for each of ${keyGroups.join(', ')}.`),
        ...flags.remove.map((id) => `The key ${id} no longer counts.`),
        ...Object.entries(flags.threshold).map(([role, n]) => `${role}: ${n} signatures are needed.`),
      ]);
      tell(console, flags, await inCeremony(console, flags, ({ options }) => changeKeys(options, plan)), []);
    });

  leaf(
    keys,
    'prepare <key...>',
    "make keys that will replace the controller's own; pack a ceremony file afterwards",
  ).action(async (names: string[], options: CommonOptions) => {
    const made: string[] = [];
    for (const name of onlineNames(names)) {
      await makeNextOnlineKey(options.data, name, durableFiles);
      made.push(name);
    }
    show(
      console,
      options,
      { made },
      `Made: ${made.join(', ')}. They are in force once \`keys replace\` is signed and published.`,
    );
  });

  asking(
    leaf(keys, 'replace <key...>', "replace the controller's own keys: snapshot, timestamp, warrant"),
  ).action(async (names: string[], flags: AskingFlags) => {
    const replaced = onlineNames(names);
    await ask(
      console,
      flags,
      replaced.map((name) => `The controller's present ${name} key no longer counts.`),
    );
    const roles = await inCeremony(console, flags, async (place) =>
      changeKeys(place.options, { ...noChange, online: await nextKeysOf(place, replaced) }),
    );
    tell(
      console,
      flags,
      roles,
      replaced.includes('warrant')
        ? ['Restart the controller once it is published: it orders with the new warrant key then.']
        : [],
    );
  });

  asking(
    leaf(keys, 'sign', 'look at what others have staged (keys, thresholds, technicians), and sign it'),
  ).action(async (flags: AskingFlags) => {
    const roles = await inCeremony(console, flags, async ({ options }) => {
      const { words, leftOut, sign } = await readPending(options);
      const rest =
        leftOut.length === 0
          ? []
          : [`Not signed here: ${leftOut.join(', ')}; sign your own copy of their runbooks.`];
      await ask(console, flags, [...words, ...rest]);
      return sign();
    });
    tell(console, flags, roles, []);
  });
}

async function ask(console: Console, { yes }: { yes?: true }, lines: readonly string[]): Promise<void> {
  note(console, ['You sign:', ...lines.map((line) => `  ${printable(line)}`), ''].join('\n'));
  if (!yes && !(await confirmed(console, 'Type yes to sign: ')))
    throw new CliError('refused', 'nothing was signed');
}

function tell(
  console: Console,
  flags: CeremonyFlags,
  roles: readonly StagedRole[],
  more: readonly string[],
): void {
  const carried =
    flags.file === undefined
      ? []
      : [`Carry ${flags.file} on: to the next signer, or back (\`catalogue take\`).`];
  show(console, flags, { roles }, [...roles.map(stagedLine), ...more, ...carried].join('\n'));
}

function onlineNames(names: readonly string[]): OnlineKey[] {
  return names.map((name) => {
    const known = onlineKeyNames.find((candidate) => candidate === name);
    if (known === undefined)
      throw new CliError('usage', `${name} is no key of the controller's; name ${onlineKeyNames.join(', ')}`);
    return known;
  });
}

/** The new public keys: made here where the controller is, brought by the ceremony file where it is not. */
async function nextKeysOf(
  { options, nextKeys }: CeremonyPlace,
  names: readonly OnlineKey[],
): Promise<KeyPlan['online']> {
  const online: { -readonly [name in OnlineKey]?: KeyPlan['online'][name] } = {};
  for (const name of names) {
    const key =
      nextKeys === undefined ? await makeNextOnlineKey(options.dataDir, name, durableFiles) : nextKeys[name];
    if (key === undefined)
      throw new CliError(
        'not-found',
        `the ceremony file brings no new ${name} key; on the controller, run \`millwright catalogue keys prepare ${name}\` and pack the file again`,
      );
    online[name] = key;
  }
  return online;
}

function readCustodian(file: string): CustodianKeys {
  try {
    return CustodianKeys.parse(JSON.parse(readNamed("the custodian's public keys", file)));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('usage', `${file} is not a custodian's public.json (\`keys custodian\` makes one)`, {
      cause,
    });
  }
}

/** Reads `N` or `GROUP=N`, for commander. */
function readThreshold(text: string, before: Thresholds): Thresholds {
  const [, name, number] = /^(?:([a-z]+)=)?(\d{1,2})$/.exec(text) ?? [];
  const groups = name === undefined ? keyGroups : keyGroups.filter((known) => known === name);
  if (number === undefined || groups.length === 0)
    throw new InvalidArgumentError(`it must be a number, or one of ${keyGroups.join(', ')} with =N.`);
  return { ...before, ...Object.fromEntries(groups.map((known) => [known, Number(number)])) };
}
