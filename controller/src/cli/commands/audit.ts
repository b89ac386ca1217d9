import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { audit as entries } from '../../api/queries/audit.ts';
import { type AuditHead, AuditHeadRecord, verifyAudit } from '../../audit/index.ts';
import { CliError } from '../cli-error.ts';
import type { Console } from '../console.ts';
import { type CommonOptions, group, leaf, note, show } from '../leaf.ts';
import { asked, type ListOptions, showList, withLimit } from '../list-options.ts';
import { withInstallation } from '../open-installation.ts';
import { moment } from '../printable.ts';
import { table } from '../table.ts';

function noted(text: string): AuditHead {
  const [seq, hash] = text.split(':');
  const head = AuditHeadRecord.safeParse({ seq: Number(seq), hash });
  if (!head.success)
    throw new InvalidArgumentError('It must be NUMBER:HASH, as `millwright audit verify` printed it.');
  return head.data;
}

/** `millwright audit`: who did what, and whether the log is whole. */
export function addAudit(program: Command, console: Console): void {
  const audit = group(program, 'audit', 'who did what, and whether the log is whole');
  leaf(audit, 'verify', 'check that no entry was edited, removed, moved or put in')
    .option(
      '--head <number:hash>',
      'a head that was noted before, elsewhere: shows a log that was written anew',
      noted,
    )
    .action(async (options: CommonOptions & { head?: AuditHead }) =>
      withInstallation(console, options.data, async ({ store }) => {
        const verdict = await verifyAudit(store.read, options.head);
        if (!verdict.ok) {
          if (options.json) show(console, options, verdict, '');
          throw new CliError(
            'failed',
            `the audit log in ${options.data} is not whole: ${verdict.reason}; keep this database, and compare it with a backup`,
          );
        }
        show(
          console,
          options,
          verdict,
          `The audit log is whole: ${verdict.entries} entries.\n${verdict.head.seq}:${verdict.head.hash}`,
        );
        if (!options.json)
          note(
            console,
            'Note the last line elsewhere: with --head it shows later whether the log was written anew.',
          );
      }),
    );
  withLimit(leaf(audit, 'list', 'the newest entries'), 50).action(async (options: ListOptions) =>
    withInstallation(console, options.data, async ({ store }) => {
      const page = await entries(store.read, asked(options));
      showList(
        console,
        options,
        page,
        table(
          ['NUMBER', 'WHEN', 'WHO', 'ACTION', 'SUBJECT', 'DETAIL'],
          page.items.map((entry) => [
            String(entry.seq),
            moment(entry.at),
            entry.actor,
            entry.action,
            entry.subject,
            JSON.stringify(entry.detail),
          ]),
          console.out,
        ),
      );
    }),
  );
}
