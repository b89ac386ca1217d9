import type { CarriedFiles } from '@millwright/shared/api';
import { sha256 } from '@millwright/shared/trust';
import type { Metadata, Root } from '@tufjs/models';
import { z } from 'zod';
import { withCarriedFiles } from '../catalogue/carried-files.ts';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { durableFiles } from '../catalogue/durable-files.ts';
import { catalogueOf } from '../catalogue/layout.ts';
import { parseTrust, trustTarget } from '../catalogue/load-catalogue.ts';
import { type Published, readPublished, readTarget } from '../catalogue/published.ts';
import { metadataBytes, parseRoot, readIfThere } from '../catalogue/tuf-document.ts';
import { CliError } from './cli-error.ts';

const Version = z.number().int().min(1);

/** What a technician's machine remembers of the catalogue: the newest root that it trusts, and how far all had come. */
const Pin = z.strictObject({
  schema: z.literal(1),
  root: z.string(),
  versions: z.record(z.string(), Version),
});
type Pin = z.infer<typeof Pin>;

/** The catalogue as this machine has verified it. */
export interface VerifiedCatalogue {
  readonly published: Published;
  readonly trust: ReturnType<typeof parseTrust>;
}

/** Where this machine's trust in a catalogue begins. `file` is kept from the first use on. */
export interface RootOfTrust {
  readonly file: string;
  /** A root to begin with, brought by a way that is trusted; else whoever runs the command is asked. */
  readonly given: string | undefined;
  /** Whether the first root that the controller shows is the right one, by its SHA-256. */
  readonly confirm: (fingerprint: string) => Promise<boolean>;
}

async function readPin(file: string): Promise<Pin | null> {
  const bytes = await readIfThere(file);
  if (bytes === null) return null;
  try {
    return Pin.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new CliError(
      'failed',
      `${file} does not hold what this machine knew of the catalogue; restore it, or remove it and begin again with --root FILE`,
      { cause },
    );
  }
}

/** The root to begin with at the first use. */
async function firstRoot({ given, confirm }: RootOfTrust, shown: CarriedFiles): Promise<Metadata<Root>> {
  if (given !== undefined) return parseRoot('the root that --root names', Buffer.from(given));
  const bytes = Buffer.from(shown['metadata/1.root.json'] ?? '', 'base64');
  if (!(await confirm(sha256(bytes))))
    throw new CliError('refused', 'no root is trusted yet, and nothing was signed');
  return parseRoot("the controller's first root", bytes);
}

function versionsOf({ root, timestamp, snapshot, targets, roles }: Published): Pin['versions'] {
  const all = [
    ['root', root],
    ['timestamp', timestamp],
    ['snapshot', snapshot],
    ['targets', targets],
    ...roles,
  ] as const;
  return Object.fromEntries(all.map(([role, { signed }]) => [role, signed.version]));
}

/** @throws CliError where a role's term is over */
export function requireGood(role: string, { expires }: { readonly expires: string }, now: number): void {
  if (Date.parse(expires) <= now)
    throw refused(`what it shows of the catalogue is out of date: ${role} was good until ${expires}`);
}

function requireFresh(published: Published, known: Pin['versions'], now: number): void {
  const { root, timestamp, snapshot, targets } = published;
  const found = versionsOf(published);
  for (const [role, version] of Object.entries(known))
    if ((found[role] ?? version) < version)
      throw refused(`it shows ${role} version ${found[role]}, and version ${version} was seen here before`);
  for (const { signed } of [root, timestamp, snapshot, targets]) requireGood(signed.type, signed, now);
}

/**
 * Verifies what a controller shows of its catalogue, from the root that this machine pinned down, and remembers how far it
 * has come: neither an older catalogue nor one of other keys is taken later. `now` is this machine's clock.
 * @throws CliError `refused`
 */
export async function verifiedCatalogue(
  trust: RootOfTrust,
  shown: CarriedFiles,
  now: number,
): Promise<VerifiedCatalogue> {
  const pin = await readPin(trust.file);
  const pinned = pin === null ? await firstRoot(trust, shown) : parseRoot(trust.file, Buffer.from(pin.root));
  // A root that is named is meant, though another was trusted before: what is shown must follow from both.
  if (pin !== null && trust.given !== undefined) await verify(shown, await firstRoot(trust, shown));
  const verified = await verify(shown, pinned);
  const { published } = verified;
  requireFresh(published, pin?.versions ?? {}, now);
  // Root metadata is public; who may write here could change what is trusted.
  const next: Pin = {
    schema: 1,
    root: metadataBytes(published.root).toString('utf8'),
    versions: versionsOf(published),
  };
  await durableFiles.write(trust.file, `${JSON.stringify(next)}\n`, 0o600);
  return verified;
}

async function verify(shown: CarriedFiles, pinned: Metadata<Root>): Promise<VerifiedCatalogue> {
  try {
    return await withCarriedFiles(shown, async (dataDir) => {
      const layout = catalogueOf(dataDir);
      const published = await readPublished(layout, pinned);
      return { published, trust: parseTrust(await readTarget(trustTarget(published), layout.targets)) };
    });
  } catch (cause) {
    if (!(cause instanceof CatalogueError)) throw cause;
    throw refused(
      `its catalogue does not follow from the root that this machine trusts (${cause.message})`,
      cause,
    );
  }
}

export function refused(why: string, cause?: unknown): CliError {
  return new CliError(
    'refused',
    `not signed: ${why}. If this happens again, the controller may be in other hands`,
    { cause },
  );
}
