import { type TicketDetail, TicketState, type TicketSummary } from '@millwright/shared/api';
import { formatDuration } from '@millwright/shared/units';
import { type Command, Option } from 'commander';
import { ticket, tickets } from '../../api/queries/tickets.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, show } from '../leaf.ts';
import { asked, type ListOptions, showList, withLimit } from '../list-options.ts';
import { withInstallation } from '../open-installation.ts';
import { moment, printable } from '../printable.ts';
import { type Tone, table } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options extends ListOptions {
  readonly state?: TicketSummary['state'];
  readonly endpoint?: string;
}

const tones: Readonly<Record<TicketSummary['state'], Tone>> = {
  escalated: 'bad',
  waiting: 'warn',
  open: 'plain',
  closed: 'dim',
};

function describe(found: TicketDetail, out: NodeJS.WritableStream): string {
  const fixed = found.fixedInMs === null ? '' : `, fixed in ${formatDuration(found.fixedInMs)}`;
  const lines = [
    `Ticket ${found.id}: ${printable(found.subject)}`,
    `${found.state}, ${found.priority}, ${printable(found.endpoint?.hostname ?? found.site.name)}, opened ${moment(found.openedAt)}${fixed}`,
    '',
    table(
      ['WHEN', 'WHO', 'WHAT'],
      found.timeline.map((entry) => [moment(entry.at), entry.actor, entry.text]),
      out,
    ),
  ];
  for (const run of found.runs) {
    lines.push(
      '',
      `Run ${run.warrant}: ${run.runbook} version ${run.runbookVersion}, ${run.result?.outcome ?? run.state}`,
    );
    for (const step of run.steps) {
      lines.push(
        `  ${step.step}: ${step.ended}${step.exitCode === null ? '' : ` ${step.exitCode}`}, ${formatDuration(step.ms)}`,
      );
      for (const line of step.output.trimEnd().split('\n'))
        if (line !== '') lines.push(`    ${printable(line)}`);
    }
  }
  return lines.join('\n');
}

/** `millwright tickets`: the service desk's work. */
export function addTickets(program: Command, console: Console): void {
  const parent = group(program, 'tickets', "the service desk's work");
  withLimit(leaf(parent, 'list', 'tickets, those that need a person first', { isDefault: true }))
    .addOption(new Option('--state <state>', 'in one state').choices(TicketState.options))
    .option('--endpoint <id>', 'of one endpoint')
    .action(async (options: Options) =>
      withInstallation(console, options.data, async ({ store }) => {
        const page = await tickets(store.read, asked(options));
        const { items } = page;
        const rows = items.map((item) => [
          String(item.id),
          { text: item.state, tone: tones[item.state] },
          item.priority,
          item.endpoint?.hostname ?? '-',
          moment(item.updatedAt),
          item.subject,
        ]);
        showList(
          console,
          options,
          page,
          items.length === 0
            ? 'No tickets.'
            : table(['ID', 'STATE', 'PRIORITY', 'HOST', 'CHANGED', 'SUBJECT'], rows, console.out),
        );
      }),
    );
  leaf(parent, 'show', 'one ticket with all that happened')
    .argument('<number>', "the ticket's number", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action(async (id: number, options: CommonOptions) =>
      withInstallation(console, options.data, async ({ store }) => {
        const found = await ticket(store.read, id);
        if (found === undefined)
          throw new CliError(
            'not-found',
            `there is no ticket ${id} in ${options.data}; see \`millwright tickets list\``,
          );
        show(console, options, found, describe(found, console.out));
      }),
    );
}
