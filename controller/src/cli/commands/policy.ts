import type { ConditionPolicy } from '@millwright/shared/protocol';
import type { Command } from 'commander';
import { overridesOf, type PolicyScope, setConditionPolicy } from '../../policy/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, show } from '../leaf.ts';
import { withInstallation } from '../open-installation.ts';
import { table } from '../table.ts';

interface ScopeOptions extends CommonOptions {
  readonly all?: boolean;
  readonly client?: string;
  readonly site?: string;
  readonly endpoint?: string;
}

interface RuleOptions extends ScopeOptions {
  readonly threshold: readonly string[];
  readonly raiseAfter?: number;
  readonly clearAfter?: number;
  readonly off?: boolean;
}

/** `millwright policy`: when a condition is raised and cleared, for everything, a client, a site or an endpoint. */
export function addPolicy(program: Command, console: Console): void {
  const policy = group(program, 'policy', 'when conditions are raised and cleared; the nearer word counts');
  const scoped = (command: Command): Command =>
    command
      .option('--all', 'everywhere')
      .option('--client <id>', 'for a client')
      .option('--site <id>', 'for a site')
      .option('--endpoint <id>', 'for one endpoint');

  scoped(leaf(policy, 'set <condition>', "set a condition's rule, in place of the one that was set there"))
    .option(
      '--threshold <name=value>',
      'a threshold; may be given again',
      (given: string, before: string[]) => [...before, given],
      [],
    )
    .option('--raise-after <seconds>', 'how long it must hold', Number)
    .option('--clear-after <seconds>', 'how long it must be over', Number)
    .option('--off', 'do not judge this condition')
    .action((condition: string, options: RuleOptions) =>
      withInstallation(console, options.data, async (parts) => {
        const scope = scopeOf(options);
        const override = overrideOf(options);
        await setConditionPolicy(parts, { scope, condition, override, by: console.operator });
        show(console, options, { ...scope, condition, override }, `${condition} is set ${wordsFor(scope)}.`);
      }),
    );

  scoped(leaf(policy, 'clear <condition>', 'take a rule back')).action(
    (condition: string, options: ScopeOptions) =>
      withInstallation(console, options.data, async (parts) => {
        const scope = scopeOf(options);
        await setConditionPolicy(parts, { scope, condition, override: null, by: console.operator });
        show(
          console,
          options,
          { ...scope, condition, override: null },
          `${condition} has no rule of its own ${wordsFor(scope)}.`,
        );
      }),
  );

  scoped(leaf(policy, 'list', 'the rules that are set')).action((options: ScopeOptions) =>
    withInstallation(console, options.data, async ({ store }) => {
      const scope = scopeOf(options);
      const { overrides } = await overridesOf(store.read, scope);
      const rows = Object.entries(overrides).map(([condition, rule]) => [condition, JSON.stringify(rule)]);
      show(
        console,
        options,
        { ...scope, conditions: overrides },
        rows.length === 0
          ? `No rule is set ${wordsFor(scope)}: the defaults hold.`
          : table(['CONDITION', 'RULE'], rows, console.out),
      );
    }),
  );
}

function scopeOf({ all, client, site, endpoint }: ScopeOptions): PolicyScope {
  const scopes: PolicyScope[] = [
    ...(all === true ? [{ scope: 'all' as const }] : []),
    ...(client === undefined ? [] : [{ scope: 'client' as const, id: client }]),
    ...(site === undefined ? [] : [{ scope: 'site' as const, id: site }]),
    ...(endpoint === undefined ? [] : [{ scope: 'endpoint' as const, id: endpoint }]),
  ];
  const [scope, ...others] = scopes;
  if (scope === undefined || others.length > 0)
    throw new CliError('usage', 'say for whom, once: --all, --client ID, --site ID or --endpoint ID');
  return scope;
}

function overrideOf({ threshold, raiseAfter, clearAfter, off }: RuleOptions): ConditionPolicy {
  for (const [flag, value] of [
    ['--raise-after', raiseAfter],
    ['--clear-after', clearAfter],
  ] as const) {
    if (value !== undefined && !(value >= 0 && value <= 86_400))
      throw new CliError('usage', `${flag} must be a number of seconds from 0 to 86400`);
  }
  const override: ConditionPolicy = {
    ...(off === true ? { enabled: false } : {}),
    ...(raiseAfter === undefined ? {} : { raiseAfterSeconds: raiseAfter }),
    ...(clearAfter === undefined ? {} : { clearAfterSeconds: clearAfter }),
    ...(threshold.length === 0 ? {} : { thresholds: Object.fromEntries(threshold.map(thresholdOf)) }),
  };
  if (Object.keys(override).length === 0)
    throw new CliError(
      'usage',
      'say what is set: --threshold NAME=VALUE, --raise-after, --clear-after or --off',
    );
  return override;
}

/** `usedPercent=80`; a list is separated by commas. */
function thresholdOf(given: string): [string, number | string[]] {
  const [, name, value] = /^([a-zA-Z]+)=(.+)$/.exec(given) ?? [];
  if (name === undefined || value === undefined)
    throw new CliError('usage', `--threshold ${given}: write it as NAME=VALUE`);
  const number = Number(value);
  return [name, Number.isFinite(number) ? number : value.split(',')];
}

function wordsFor(scope: PolicyScope): string {
  return scope.scope === 'all' ? 'for everything' : `for ${scope.scope} ${scope.id}`;
}
