import { AlertState } from '@millwright/shared/api';
import { type Command, Option } from 'commander';
import { alerts } from '../../api/queries/alerts.ts';
import type { Console } from '../console.ts';
import { leaf } from '../leaf.ts';
import { asked, type ListOptions, showList, withLimit } from '../list-options.ts';
import { withInstallation } from '../open-installation.ts';
import { moment } from '../printable.ts';
import { table } from '../table.ts';

interface Options extends ListOptions {
  readonly state?: (typeof AlertState.options)[number];
  readonly endpoint?: string;
}

/** `millwright alerts`: the faults that were seen. */
export function addAlerts(program: Command, console: Console): void {
  withLimit(leaf(program, 'alerts', 'the faults that were seen, those that stand first'))
    .addOption(new Option('--state <state>', 'in one state').choices(AlertState.options))
    .option('--endpoint <id>', 'of one endpoint')
    .action(async (options: Options) =>
      withInstallation(console, options.data, async ({ store }) => {
        const page = await alerts(store.read, asked(options));
        const { items } = page;
        const rows = items.map((item) => [
          String(item.id),
          {
            text: item.severity,
            tone:
              item.state === 'resolved'
                ? ('dim' as const)
                : item.severity === 'critical'
                  ? ('bad' as const)
                  : ('warn' as const),
          },
          item.state,
          item.endpoint?.hostname ?? '-',
          item.ticket === null ? '-' : String(item.ticket),
          moment(item.raisedAt),
          `${item.title}: ${item.description}`,
        ]);
        showList(
          console,
          options,
          page,
          items.length === 0
            ? 'No alerts.'
            : table(['ID', 'SEVERITY', 'STATE', 'HOST', 'TICKET', 'RAISED', 'WHAT'], rows, console.out),
        );
      }),
    );
}
