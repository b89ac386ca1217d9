import { Bundle, type Manifest, targetPathOf } from '@millwright/shared/runbook';
import { sha256, TRUST_TARGET, TrustDocument } from '@millwright/shared/trust';
import type { Metadata, TargetFile, Targets } from '@tufjs/models';
import { CatalogueError } from './catalogue-error.ts';
import { catalogueOf } from './layout.ts';
import { type Published, readPublished, readTarget } from './published.ts';

/** A published runbook. `sha256` is the target's: what a warrant names. */
export interface PublishedRunbook {
  readonly manifest: Manifest;
  readonly files: Readonly<Record<string, string>>;
  readonly sha256: string;
  readonly version: number;
}

/** The published catalogue. */
export interface Catalogue {
  readonly runbooks: readonly PublishedRunbook[];
  readonly trust: TrustDocument;
  /** The earliest expiry of anything that endpoints need, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Each role's version and expiry. */
  readonly roles: readonly { readonly role: string; readonly version: number; readonly expiresAt: number }[];
  readonly root: { readonly version: number; readonly expiresAt: number };
}

/** Reads a runbook's bytes as a bundle, which must be the one that its path names. */
export function parseBundle(path: string, bytes: Buffer): Bundle {
  const malformed = (why: string, cause?: unknown): CatalogueError =>
    new CatalogueError(
      'target-malformed',
      `${path} is signed and is not a runbook: ${why}; sign a newer version`,
      { cause },
    );
  let bundle: Bundle;
  try {
    bundle = Bundle.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (targetPathOf(bundle.manifest.id) !== path) throw malformed(`its id is ${bundle.manifest.id}`);
  return bundle;
}

/** The trust document out of its signed target. */
export function parseTrust(bytes: Buffer): TrustDocument {
  try {
    return TrustDocument.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new CatalogueError(
      'target-malformed',
      `${TRUST_TARGET} is signed and is not a trust document; sign it again`,
      { cause },
    );
  }
}

/** The runbooks' targets: those that the delegations lead to, each inside its role's namespace `<platform>/<category>`. */
function targetsOf(published: Published): TargetFile[] {
  const delegations = published.targets.signed.delegations?.roles ?? {};
  return [...published.roles].flatMap(([name, role]) =>
    Object.values(role.signed.targets).filter(
      ({ path }) => path.split('/').length === 3 && delegations[name]?.isDelegatedPath(path) === true,
    ),
  );
}

/** The target that says whose signatures count. @throws CatalogueError `target-missing` */
export function trustTarget(published: Published): TargetFile {
  for (const [name, role] of published.roles) {
    const target = role.signed.targets[TRUST_TARGET];
    if (
      target !== undefined &&
      published.targets.signed.delegations?.roles?.[name]?.isDelegatedPath(TRUST_TARGET) === true
    )
      return target;
  }
  throw new CatalogueError(
    'target-missing',
    `the catalogue has no ${TRUST_TARGET}; restore it from a backup`,
  );
}

/**
 * The published catalogue, every byte held against its signed metadata. Expired metadata still loads: endpoints refuse it,
 * and whoever looks must be able to see why.
 * @throws CatalogueError
 */
export async function loadCatalogue(dataDir: string): Promise<Catalogue> {
  const layout = catalogueOf(dataDir);
  const published = await readPublished(layout);
  const runbooks: PublishedRunbook[] = [];
  for (const target of targetsOf(published)) {
    const bytes = await readTarget(target, layout.targets);
    const { manifest, files } = parseBundle(target.path, bytes);
    runbooks.push({ manifest, files, sha256: sha256(bytes), version: manifest.version });
  }
  const expiry = (role: string, metadata: Pick<Metadata<Targets>['signed'], 'version' | 'expires'>) => ({
    role,
    version: metadata.version,
    expiresAt: Date.parse(metadata.expires),
  });
  const roles = [
    expiry('targets', published.targets.signed),
    ...[...published.roles].map(([name, role]) => expiry(name, role.signed)),
    expiry('snapshot', published.snapshot.signed),
    expiry('timestamp', published.timestamp.signed),
  ];
  const root = {
    version: published.root.signed.version,
    expiresAt: Date.parse(published.root.signed.expires),
  };
  return {
    runbooks: runbooks.sort((a, b) => a.manifest.id.localeCompare(b.manifest.id, 'en')),
    trust: parseTrust(await readTarget(trustTarget(published), layout.targets)),
    expiresAt: Math.min(root.expiresAt, ...roles.map((role) => role.expiresAt)),
    roles,
    root,
  };
}
