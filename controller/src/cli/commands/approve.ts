import type { KeyObject } from 'node:crypto';
import { SignatureTaken, WarrantDraft } from '@millwright/shared/api';
import { type Envelope, signEnvelope, WARRANT_TYPE } from '@millwright/shared/trust';
import { type Command, Option } from 'commander';
import { readPrivateKey } from '../../catalogue/private-key.ts';
import { CliError } from '../cli-error.ts';
import { confirmed } from '../confirm.ts';
import type { Console } from '../console.ts';
import { doorOf, post } from '../controller-api.ts';
import { checkDraft } from '../draft-check.ts';
import { draftText } from '../draft-text.ts';
import { leaf, note, show } from '../leaf.ts';
import { moment, printable } from '../printable.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly url: string;
  readonly key: string;
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `millwright approve`: a technician signs one run, on their own machine. */
export function addApprove(program: Command, console: Console): void {
  leaf(program, 'approve', 'sign one class L2 fix with your own key, after it has shown you what it is', {
    local: false,
  })
    .argument(
      '<remediation>',
      'its number, as the dashboard shows it',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .addOption(
      new Option('--url <url>', 'the controller, as https://HOST:8443')
        .env('MILLWRIGHT_URL')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--key <file>', 'your private key (`millwright technician key` makes one)')
        .env('MILLWRIGHT_KEY')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--ca <file>', "the CA of the controller's certificate, in PEM").env('MILLWRIGHT_CA'),
    )
    .option('--token-file <file>', 'holds your API token (default: MILLWRIGHT_TOKEN)')
    .option('--yes', 'sign without asking')
    .action(async (remediation: number, options: Options) => {
      const door = doorOf(options, console.environment);
      const key = await readPrivateKey(options.key);
      const path = `/api/v1/approvals/${remediation}`;
      const draft = await post(door, `${path}/draft`, WarrantDraft);
      const checked = checkDraft(draft, console.clock.now());
      note(console, draftText(remediation, draft, checked));
      if (!options.yes && !(await confirmed(console, 'Type yes to sign: ')))
        throw new CliError('refused', 'nothing was signed, and nothing was sent');
      const envelope = signed(checked.payload, key, options.key);
      const taken = await post(door, `${path}/signature`, SignatureTaken, { envelope });
      const where = printable(draft.endpoint.hostname);
      show(
        console,
        options,
        taken,
        taken.ordered
          ? `Signed. All ${taken.signaturesNeeded > 1 ? 'signatures are' : 'that it needs is'} there: ${where} runs it as soon as it is free. Ticket ${draft.ticket} tells the result.`
          : `Signed: ${taken.signedBy.length} of ${taken.signaturesNeeded} signatures. Another technician must sign before ${moment(taken.expiresAt)}.`,
      );
    });
}

function signed(payload: Buffer, key: KeyObject, file: string): Envelope {
  try {
    return signEnvelope(WARRANT_TYPE, payload, key);
  } catch (cause) {
    throw new CliError(
      'usage',
      `${file} cannot sign: ${cause instanceof Error ? cause.message : String(cause)}; use an Ed25519 key, or ECDSA on P-256`,
      { cause },
    );
  }
}
