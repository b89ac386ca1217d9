import { EndpointStatus, type EndpointSummary } from '@millwright/shared/api';
import { type Command, Option } from 'commander';
import { endpoints } from '../../api/queries/endpoints.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, leaf, show } from '../leaf.ts';
import { withInstallation } from '../open-installation.ts';
import { moment } from '../printable.ts';
import { type Tone, table } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options extends CommonOptions {
  readonly client?: string;
  readonly status?: EndpointSummary['status'];
  readonly limit: number;
}

const tones: Readonly<Record<EndpointSummary['status'], Tone>> = {
  online: 'good',
  offline: 'bad',
  waiting: 'warn',
  revoked: 'dim',
};

/** `millwright endpoints`: the managed machines. */
export function addEndpoints(program: Command, console: Console): void {
  leaf(program, 'endpoints', 'the managed machines, those that need a person first')
    .option('--client <id>', 'of one client')
    .addOption(new Option('--status <status>', 'in one status').choices(EndpointStatus.options))
    .option('--limit <n>', 'how many', wholeNumber(1, 10_000), 100)
    .action(async (options: Options) =>
      withInstallation(console, options.data, async ({ store }) => {
        const items = await endpoints(store.read, options);
        const rows = items.map((item) => [
          item.id,
          item.hostname,
          item.site.id,
          item.platform,
          { text: item.status, tone: tones[item.status] },
          {
            text: String(item.openAlerts),
            tone:
              item.worst === 'critical'
                ? ('bad' as const)
                : item.worst === 'warning'
                  ? ('warn' as const)
                  : ('plain' as const),
          },
          moment(item.lastSeenAt),
        ]);
        show(
          console,
          options,
          { items },
          items.length === 0
            ? 'There are no endpoints here. Let one in with `millwright token create`.'
            : table(['ID', 'HOST', 'SITE', 'PLATFORM', 'STATUS', 'ALERTS', 'LAST SEEN'], rows, console.out),
        );
      }),
    );
}
