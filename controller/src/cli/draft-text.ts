import type { WarrantDraft } from '@millwright/shared/api';
import type { DecidedBy } from '@millwright/shared/trust';
import type { CheckedDraft } from './draft-check.ts';
import { moment, printable } from './printable.ts';

const facts = (rows: readonly (readonly [string, string])[]): string[] =>
  rows.map(([name, value]) => `  ${name.padEnd(14)}${printable(value)}`);

/** All that a signature stands for, and apart from it what is only the controller's word. */
export function draftText(
  remediation: number,
  draft: WarrantDraft,
  { warrant, bundle, parameters }: CheckedDraft,
): string {
  const { manifest, files } = bundle;
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const scripts = Object.entries(files).flatMap(([name, text]) => {
    const uses = Object.entries(manifest.steps)
      .filter(([, step]) => step?.file === name)
      .map(([step, use]) => {
        const taken = use?.arguments.length ? ` ${use.arguments.join(' ')}` : '';
        return `${step}: ${use?.interpreter}${taken}, at most ${use?.timeoutSeconds} s`;
      });
    return ['', `Script ${printable(name)} (${uses.join('; ') || 'no step runs it'})`, ...quoted(text)];
  });
  return [
    `Remediation ${remediation}. The controller says, and your signature does not prove:`,
    ...facts([
      ['endpoint', draft.endpoint.hostname],
      ['client', `${draft.client.name} (${draft.client.id})`],
    ]),
    '',
    'You sign:',
    ...facts([
      ['endpoint key', warrant.endpoint],
      ['runbook', `${manifest.id} version ${manifest.version}, class ${manifest.class}`],
      ['', manifest.title],
      ['', manifest.summary],
      ['sha256', warrant.runbook.sha256],
      ['parameters', given.join(' ') || 'none'],
      ['decided by', decided(warrant.decidedBy)],
      ['ticket', warrant.ticket === null ? 'none' : `${warrant.ticket}`],
      ['evidence', warrant.evidence ?? 'none'],
      ['valid', `${moment(warrant.notBefore)} to ${moment(warrant.expires)}`],
      ['signatures', `needs ${manifest.technicians}`],
      ['warrant', `${warrant.id}, number ${warrant.sequence} of its endpoint`],
    ]),
    ...scripts,
    '',
    ...(draft.signedBy.length === 0 ? [] : [`Signed so far: ${printable(draft.signedBy.join(' and '))}.`]),
  ].join('\n');
}

/** Each line behind a bar, so that no script can look like a line of ours. */
function quoted(text: string): string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `  | ${printable(line.replaceAll('\t', '    '))}`.trimEnd());
}

function decided(by: DecidedBy): string {
  switch (by.kind) {
    case 'builtin':
      return 'the built-in chooser';
    case 'openai':
      return `the model ${by.model} (prompt ${by.promptSha256})`;
    case 'technician':
      return by.name;
  }
}
