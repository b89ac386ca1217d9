import { EndpointStatus, type EndpointSummary } from '@millwright/shared/api';
import { type Command, Option } from 'commander';
import { endpoints } from '../../api/queries/endpoints.ts';
import { approveEndpoint, revokeEndpoint } from '../../identity/standing.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, show } from '../leaf.ts';
import { asked, type ListOptions, showList, withLimit } from '../list-options.ts';
import { withInstallation } from '../open-installation.ts';
import { moment } from '../printable.ts';
import { type Tone, table } from '../table.ts';

interface Options extends ListOptions {
  readonly client?: string;
  readonly status?: EndpointSummary['status'];
}

const tones: Readonly<Record<EndpointSummary['status'], Tone>> = {
  online: 'good',
  offline: 'bad',
  waiting: 'warn',
  revoked: 'dim',
};

/** `millwright endpoints`: the managed machines. */
export function addEndpoints(program: Command, console: Console): void {
  withLimit(leaf(program, 'endpoints', 'the managed machines, those that need a person first'))
    .option('--client <id>', 'of one client')
    .addOption(new Option('--status <status>', 'in one status').choices(EndpointStatus.options))
    .action(async (options: Options) =>
      withInstallation(console, options.data, async ({ store }) => {
        const page = await endpoints(store.read, asked(options));
        const { items } = page;
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
        showList(
          console,
          options,
          page,
          items.length === 0
            ? options.client === undefined && options.status === undefined
              ? 'There are no endpoints here. Let one in with `millwright token create`.'
              : 'No endpoint fits.'
            : table(['ID', 'HOST', 'SITE', 'PLATFORM', 'STATUS', 'ALERTS', 'LAST SEEN'], rows, console.out),
        );
      }),
    );
}

/** `millwright endpoint`: who may connect. */
export function addEndpoint(program: Command, console: Console): void {
  const endpoint = group(program, 'endpoint', 'let a waiting endpoint in, or shut one out');
  leaf(endpoint, 'approve <id>', 'let in an endpoint that waits').action(
    async (id: string, options: CommonOptions) =>
      withInstallation(console, options.data, async (installation) => {
        await approveEndpoint(installation, { id, by: console.operator });
        show(console, options, { id, standing: 'enrolled' }, `Endpoint ${id} may connect.`);
      }),
  );
  leaf(endpoint, 'revoke <id>', 'shut an endpoint out for good; to come back it enrols anew').action(
    async (id: string, options: CommonOptions) =>
      withInstallation(console, options.data, async (installation) => {
        await revokeEndpoint(installation, { id, by: console.operator });
        show(console, options, { id, standing: 'revoked' }, `Endpoint ${id} may no longer connect.`);
      }),
  );
}
