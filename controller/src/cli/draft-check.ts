import type { WarrantDraft } from '@millwright/shared/api';
import { Bundle, bindForm, type Parameters } from '@millwright/shared/runbook';
import { MAX_WARRANT_MS, sha256, WARRANT_TYPE, Warrant } from '@millwright/shared/trust';
import type { z } from 'zod';
import { CliError } from './cli-error.ts';

/** A draft that says what it shows: the very bytes to sign, and the runbook whose hash stands in them. */
export interface CheckedDraft {
  readonly payload: Buffer;
  readonly warrant: Warrant;
  readonly bundle: Bundle;
  /** The parameters as the endpoint will take them, defaults filled in. */
  readonly parameters: Parameters;
}

/**
 * Holds a draft against itself, on the technician's own machine: the controller that sent it is not believed. `now` is
 * this machine's clock.
 * @throws CliError `refused`
 */
export function checkDraft(draft: WarrantDraft, now: number): CheckedDraft {
  if (draft.payloadType !== WARRANT_TYPE)
    throw refused(`the draft is a ${draft.payloadType}, and no warrant`);
  const payload = Buffer.from(draft.payload, 'base64');
  const warrant = read(Warrant, 'the draft', payload);
  const bytes = Buffer.from(draft.bundle, 'base64');
  if (sha256(bytes) !== warrant.runbook.sha256)
    throw refused('the runbook that the controller shows is not the one that the draft would run');
  const bundle = read(Bundle, 'the runbook', bytes);
  const { manifest } = bundle;
  if (manifest.id !== warrant.runbook.id || manifest.version !== warrant.runbook.version)
    throw refused(
      `the draft names ${warrant.runbook.id} version ${warrant.runbook.version}, and the runbook is ${manifest.id} version ${manifest.version}`,
    );
  if (manifest.class !== 'L2')
    throw refused(`${manifest.id} is class ${manifest.class}, which takes no technician's signature`);
  const bound = bindForm(manifest, warrant.parameters);
  if ('code' in bound) throw refused(`the parameters do not fit the runbook: ${bound.message}`);
  if (warrant.expires - warrant.notBefore > MAX_WARRANT_MS)
    throw refused('the draft would be valid for longer than an endpoint accepts');
  if (warrant.expires <= now) throw refused("by this machine's clock the draft has expired");
  return { payload, warrant, bundle, parameters: bound.values };
}

function read<T extends z.ZodType>(schema: T, what: string, bytes: Buffer): z.infer<T> {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw refused(`${what} cannot be read as what it should be`, cause);
  }
}

function refused(why: string, cause?: unknown): CliError {
  return new CliError(
    'refused',
    `not signed: ${why}. If this happens again, the controller may be in other hands`,
    { cause },
  );
}
