import { createPublicKey, type KeyObject } from 'node:crypto';
import { keyIdOf, sha256, Technician, TRUST_TARGET, type TrustDocument } from '@millwright/shared/trust';
import { type Metadata, TargetFile, type Targets } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { parseTrust } from '../catalogue/load-catalogue.ts';
import { readTarget } from '../catalogue/published.ts';
import { readStaged } from '../catalogue/staged.ts';
import { TRUST_ROLE } from './namespaces.ts';
import { type CeremonyOptions, openCeremony } from './open-ceremony.ts';
import { type Ceremony, type StagedRole, stageRole, stageTarget } from './stage-role.ts';
import { targetOf } from './target-of.ts';

export interface TechnicianOptions extends CeremonyOptions {
  /** PEM (SubjectPublicKeyInfo); Ed25519, or ECDSA on P-256. */
  readonly publicKey: string;
  readonly name: string;
  /** Namespaces that the technician may approve in: a literal prefix and one `*`. */
  readonly namespaces: readonly string[];
  /** Client ids, or `*` for all. */
  readonly clients: readonly string[];
}

function readPublicKey(pem: string): KeyObject {
  const unusable = (why: string, cause?: unknown): CatalogueError =>
    new CatalogueError(
      'key-unusable',
      `this is not a technician's public key: ${why}; give the PEM of the public key`,
      { cause },
    );
  if (pem.includes('PRIVATE KEY')) throw unusable('it is a private key, which must never leave its owner');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw unusable('it cannot be read as PEM', cause);
  }
  if (key.asymmetricKeyType !== 'ed25519' && key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw unusable(
      `it is ${key.asymmetricKeyType ?? key.type}, and only Ed25519 and ECDSA on P-256 are used`,
    );
  return key;
}

/** The trust document that stands: staged where that is complete, else published. */
async function standingTrust(
  ceremony: Ceremony,
  delegator: Metadata<Targets>,
  published: Metadata<Targets>,
): Promise<{ document: TrustDocument; isPublished: boolean }> {
  const staged = await readStaged(ceremony.layout, delegator, TRUST_ROLE, published.signed.version);
  const complete = staged !== null && staged.have >= staged.need ? staged.metadata : null;
  const { signed } = complete ?? published;
  const target = signed.targets[TRUST_TARGET];
  if (target === undefined)
    throw new CatalogueError(
      'target-missing',
      `the catalogue has no ${TRUST_TARGET}; restore it from a backup`,
    );
  const bytes = await readTarget(target, ceremony.layout.targets, ceremony.layout.stagedTargets);
  return { document: parseTrust(bytes), isPublished: complete === null };
}

/**
 * Signs the trust document as `change` makes it of the standing one. `delegators`: who will vouch for its role, and who
 * does until then, where that changes with it.
 */
export async function stageTrust(
  options: CeremonyOptions,
  change: (standing: TrustDocument, isPublished: boolean) => TrustDocument,
  delegators?: { readonly delegator: Metadata<Targets>; readonly before: Metadata<Targets> },
): Promise<StagedRole> {
  const { ceremony, published, targets } = await openCeremony(options);
  const role = published.roles.get(TRUST_ROLE);
  if (role === undefined)
    throw new CatalogueError(
      'namespace-unknown',
      `the catalogue has no role ${TRUST_ROLE}; restore it from a backup`,
    );
  const { document, isPublished } = await standingTrust(ceremony, delegators?.delegator ?? targets, role);
  const bytes = Buffer.from(JSON.stringify(change(document, isPublished)));
  await stageTarget(ceremony, TRUST_TARGET, sha256(bytes), bytes);
  const next = () => ({ targets: { [TRUST_TARGET]: TargetFile.fromJSON(TRUST_TARGET, targetOf(bytes)) } });
  const lifetimeMs = ceremony.offline.lifetimes.trust;
  return stageRole(ceremony, {
    delegator: targets,
    ...delegators,
    role: TRUST_ROLE,
    published: role,
    lifetimeMs,
    next,
  });
}

/**
 * Gives a technician's key a reach. With a threshold above one, each signer adds the same technician.
 * @throws CatalogueError
 */
export async function addTechnician(
  options: TechnicianOptions,
): Promise<StagedRole & { readonly keyid: string }> {
  const key = readPublicKey(options.publicKey);
  const keyid = keyIdOf(key);
  const technician = Technician.safeParse({
    keyid,
    spki: key.export({ type: 'spki', format: 'der' }).toString('base64'),
    name: options.name,
    namespaces: options.namespaces,
    clients: options.clients,
  });
  if (!technician.success) {
    const [issue] = technician.error.issues;
    throw new CatalogueError(
      'technician-malformed',
      `${issue?.path.join('.') ?? 'technician'}: ${issue?.message ?? 'is malformed'}; correct it and sign again`,
    );
  }
  const staged = await stageTrust(options, (standing, isPublished) => {
    if (standing.warrantKeys.some((other) => other.keyid === keyid))
      throw new CatalogueError(
        'technician-known',
        `this key is the controller's warrant key; a technician needs a key of their own`,
      );
    const known = standing.technicians.find((other) => other.keyid === keyid);
    // A signer who joins after the threshold was met says the same again: that is no mistake.
    if (known !== undefined && !isPublished && JSON.stringify(known) === JSON.stringify(technician.data))
      return standing;
    if (known !== undefined)
      throw new CatalogueError(
        'technician-known',
        `this key stands already as ${known.name}; remove that technician first, or use another key`,
      );
    return { ...standing, technicians: [...standing.technicians, technician.data] };
  });
  return { ...staged, keyid };
}

/** Takes a technician's key out of the trust document. @throws CatalogueError */
export async function removeTechnician(
  options: CeremonyOptions & { readonly keyid: string },
): Promise<StagedRole> {
  return stageTrust(options, (standing) => ({
    ...standing,
    technicians: standing.technicians.filter((technician) => technician.keyid !== options.keyid),
  }));
}
