import type { KeyObject } from 'node:crypto';
import { SignatureTaken, WarrantDraft } from '@millwright/shared/api';
import { type Envelope, keyIdOf, signEnvelope, WARRANT_TYPE } from '@millwright/shared/trust';
import { type Command, Option } from 'commander';
import { readPrivateKey } from '../../catalogue/private-key.ts';
import { CliError } from '../cli-error.ts';
import { confirmed } from '../confirm.ts';
import type { Console } from '../console.ts';
import { doorOf, post, readNamed } from '../controller-api.ts';
import { checkDraft, checkSigned } from '../draft-check.ts';
import { draftText } from '../draft-text.ts';
import { leaf, note, show } from '../leaf.ts';
import { type RootOfTrust, verifiedCatalogue } from '../pinned-root.ts';
import { moment, printable } from '../printable.ts';
import { wholeNumber } from '../whole-number.ts';

interface Options {
  readonly url: string;
  readonly key: string;
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly root?: string;
  readonly endpoint?: string;
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
    .option(
      '--root <file>',
      "the catalogue's root, brought by a way that you trust; needed at the first use only (default: you are asked)",
    )
    .option('--endpoint <key>', 'sign only for the endpoint with this key')
    .option('--yes', 'sign without asking')
    .action(async (remediation: number, options: Options) => {
      const door = doorOf(options, console.environment);
      const key = await readPrivateKey(options.key);
      const path = `/api/v1/approvals/${remediation}`;
      const draft = await post(door, `${path}/draft`, WarrantDraft);
      const now = console.clock.now();
      const checked = checkDraft(draft, now);
      if (options.endpoint !== undefined && options.endpoint !== checked.warrant.endpoint)
        throw new CliError(
          'refused',
          `not signed: the order is for the endpoint key ${checked.warrant.endpoint}, and not for the one that --endpoint names`,
        );
      const catalogue = await verifiedCatalogue(rootOfTrust(console, options), draft.catalogue, now);
      checkSigned(checked, catalogue, { keyid: keyIdOf(key), client: draft.client.id, now });
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

/** Kept beside the private key: what this machine knows of the catalogue. */
function rootOfTrust(console: Console, { key, root, yes }: Options): RootOfTrust {
  return {
    file: `${key}.catalogue.json`,
    given: root === undefined ? undefined : readNamed('the root', root),
    confirm: async (fingerprint) => {
      note(
        console,
        `This machine knows no root of the catalogue yet. The controller's is ${fingerprint} (SHA-256): compare it with a custodian's.`,
      );
      if (yes)
        throw new CliError(
          'refused',
          'not signed: with --yes nobody compares that; give --root FILE at the first use',
        );
      return confirmed(console, 'Type yes to trust it: ');
    },
  };
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
