import type { WarrantDraft } from '@millwright/shared/api';
import { Bundle, bindForm, type Parameters, targetPathOf } from '@millwright/shared/runbook';
import { MAX_WARRANT_MS, reaches, sha256, WARRANT_TYPE, Warrant } from '@millwright/shared/trust';
import type { z } from 'zod';
import { sha256Of } from '../catalogue/published.ts';
import { TRUST_ROLE } from '../ceremony/namespaces.ts';
import { refused, requireGood, type VerifiedCatalogue } from './pinned-root.ts';

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

/**
 * Holds a draft against the catalogue that this machine has verified: the runbook is the one that was signed offline and
 * still stands, and the key that will sign is one that may.
 * @throws CliError `refused`
 */
export function checkSigned(
  { warrant, bundle }: Pick<CheckedDraft, 'bundle'> & { readonly warrant: Pick<Warrant, 'runbook'> },
  { published, trust }: VerifiedCatalogue,
  { keyid, client, now }: { readonly keyid: string; readonly client: string; readonly now: number },
): void {
  const { id } = bundle.manifest;
  const path = targetPathOf(id);
  const delegated = Object.values(published.targets.signed.delegations?.roles ?? {}).find((role) =>
    role.isDelegatedPath(path),
  );
  const role = delegated && published.roles.get(delegated.name)?.signed;
  const target = role?.targets[path];
  if (delegated === undefined || role === undefined || target === undefined)
    throw refused(`${id} is not in the catalogue that was signed offline, or no longer`);
  if (sha256Of(target) !== warrant.runbook.sha256)
    throw refused(`the ${id} that it shows is not the one that was signed offline`);
  const trustRole = published.roles.get(TRUST_ROLE)?.signed;
  for (const [name, signed] of [
    [delegated.name, role],
    [TRUST_ROLE, trustRole],
  ] as const)
    if (signed !== undefined) requireGood(name, signed, now);
  const technician = trust.technicians.find((known) => known.keyid === keyid);
  if (technician === undefined)
    throw refused(`your key ${keyid} is not one of a technician in the catalogue, or no longer`);
  if (!reaches(technician, id, client))
    throw refused(`${technician.name} may not approve ${id} for the client ${client}`);
}
