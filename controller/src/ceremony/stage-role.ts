import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import { hashOf } from '@millwright/shared/trust';
import { type Metadata, type MetadataKind, Targets, Metadata as TufMetadata } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import type { DurableFiles } from '../catalogue/durable-files.ts';
import { type CatalogueLayout, hashedPath } from '../catalogue/layout.ts';
import { sha256Of } from '../catalogue/published.ts';
import { countSignatures, type Delegator, readStaged, signersOf, stagedFile } from '../catalogue/staged.ts';
import { expiryAt, metadataBytes, SPEC_VERSION, signMetadata } from '../catalogue/tuf-document.ts';
import { type OfflineFolder, offlineFiles, readSignedRecord, type SignedRecord } from './offline-folder.ts';

/** Clocks of several signers may differ by this much. */
const CLOCK_SKEW_MS = 3_600_000;

/** Who signs what, with which tools. */
export interface Ceremony {
  readonly layout: CatalogueLayout;
  readonly offline: OfflineFolder;
  readonly files: DurableFiles;
  readonly clock: Clock;
  /** The signer's name, for the record in the offline folder. */
  readonly by: string;
  /** Discard what others have staged and not completed, where it differs. */
  readonly replace: boolean;
}

/** A role that was signed now. It is published once `have` reaches `need`. */
export interface StagedRole {
  readonly role: string;
  readonly version: number;
  readonly have: number;
  readonly need: number;
}

/** The next content of a role, given the content that it builds on. */
export type NextContent = (base: Targets) => {
  readonly targets: Targets['targets'];
  readonly delegations?: Targets['delegations'];
};

/** A role's next version to sign. */
export interface StageRequest {
  readonly delegator: Delegator;
  /** The delegator that this one will replace: what both vouch for leaves endpoints no gap between the two. */
  readonly before?: Delegator;
  readonly role: MetadataKind.Targets | string;
  readonly published: Metadata<Targets> | null;
  readonly lifetimeMs: number;
  readonly next: NextContent;
}

/** The folder's keys that may sign a role, by the one delegator or the other. */
export function keysFor(
  offline: OfflineFolder,
  role: string,
  ...delegators: readonly (Delegator | undefined)[]
): KeyObject[] {
  const ids = new Set(
    delegators.flatMap((delegator) => (delegator ? (signersOf(delegator, role)?.keyIDs ?? []) : [])),
  );
  return [...ids].flatMap((id) => offline.keys.get(id) ?? []);
}

/** @throws CatalogueError `key-missing` where the folder has no key for the role */
export function requireKeys(...[offline, role, ...delegators]: Parameters<typeof keysFor>): KeyObject[] {
  const keys = keysFor(offline, role, ...delegators);
  if (keys.length === 0)
    throw new CatalogueError(
      'key-missing',
      `${offlineFiles(offline.dir).keys} holds no key that may sign ${role}; bring the folder that does`,
    );
  return keys;
}

/** The same content for another lifetime. */
export const asItIs: NextContent = ({ targets, delegations }) => ({
  targets,
  ...(delegations === undefined ? {} : { delegations }),
});

function contentOf(version: number, expires: string, content: ReturnType<NextContent>): Targets {
  return new Targets({
    version,
    specVersion: SPEC_VERSION,
    expires,
    targets: { ...content.targets },
    ...(content.delegations === undefined ? {} : { delegations: content.delegations }),
  });
}

const targetHashes = (targets: Targets): Record<string, string> =>
  Object.fromEntries(Object.values(targets.targets).map((target) => [target.path, sha256Of(target)]));

/** Whether an expiry that another signer chose is one that this signer could have chosen. */
export function isPlausible(expires: string, now: number, lifetimeMs: number): boolean {
  const at = Date.parse(expires);
  return at > now && at <= now + lifetimeMs + CLOCK_SKEW_MS;
}

/**
 * A controller could show an old state, to have newer runbooks dropped or older ones signed again. The signer may give up
 * one version that was signed and got lost on its way.
 */
export async function requireNotOlder(
  { offline: { dir }, replace }: Ceremony,
  role: string,
  seen: number,
): Promise<void> {
  const record = await readSignedRecord(dir, role);
  if (record === null || seen >= record.version || (replace && seen === record.version - 1)) return;
  throw new CatalogueError(
    'catalogue-rolled-back',
    `the controller shows ${role} version ${seen}, and ${dir} signed version ${record.version}; restore the newer catalogue before signing${seen === record.version - 1 ? ', or use --replace where what was signed got lost before it was published' : ''}`,
  );
}

/**
 * Signs a role's next version with the keys at hand. A version that others have begun is joined when it says exactly
 * what this signer would say: what is signed is built here, never taken from the controller.
 * @throws CatalogueError
 */
export async function stageRole(ceremony: Ceremony, request: StageRequest): Promise<StagedRole> {
  const { layout, offline, files, clock, by } = ceremony;
  const { delegator, before, role, published, lifetimeMs, next } = request;
  const keys = requireKeys(offline, role, delegator, before);

  const publishedVersion = published?.signed.version ?? 0;
  const staged = await readStaged(layout, delegator, role, publishedVersion);
  const complete = staged !== null && staged.have >= staged.need;
  const stagedVersion = staged?.metadata.signed.version ?? 0;
  await requireNotOlder(ceremony, role, Math.max(publishedVersion, stagedVersion));

  const now = clock.now();
  const base = complete ? staged.metadata : published;
  const content = next(
    base?.signed ?? new Targets({ version: 1, specVersion: SPEC_VERSION, expires: expiryAt(now) }),
  );
  const baseVersion = base?.signed.version ?? 0;

  let metadata = new TufMetadata(contentOf(baseVersion + 1, expiryAt(now + lifetimeMs), content));
  if (staged !== null) {
    const { expires, version } = staged.metadata.signed;
    const same = contentOf(version, expires, content);
    if (
      isPlausible(expires, now, lifetimeMs) &&
      version === publishedVersion + 1 &&
      hashOf(same.toJSON()) === hashOf(staged.metadata.signed.toJSON())
    )
      metadata = new TufMetadata(same, { ...staged.metadata.signatures });
    else if (complete && staged.need > 1 && !ceremony.replace)
      throw new CatalogueError(
        'staged-differs',
        `${role} version ${stagedVersion} is signed by all that it takes and says something else than yours; publish it first, or replace it`,
      );
    else if (!complete && staged.have > 0 && !ceremony.replace)
      throw new CatalogueError(
        'staged-differs',
        `${role} version ${stagedVersion} waits for signatures (${staged.have} of ${staged.need}) and says something else than yours; sign the same folders, or replace it`,
      );
  }
  for (const key of keys) signMetadata(metadata, key);

  const { version } = metadata.signed;
  await files.write(stagedFile(layout, role), metadataBytes(metadata));
  await recordSigned(ceremony, { role, version, by, at: now, targets: targetHashes(metadata.signed) });
  return { role, version, ...countSignatures(delegator, role, metadata) };
}

/** Notes in the offline folder what was signed with it. */
export async function recordSigned({ files, offline }: Ceremony, record: SignedRecord): Promise<void> {
  await files.write(
    join(offlineFiles(offline.dir).signed, `${record.role}.json`),
    `${JSON.stringify(record, null, 2)}\n`,
  );
}

/** Puts a target's bytes where publishing finds them. */
export async function stageTarget(
  ceremony: Ceremony,
  path: string,
  sha256: string,
  bytes: Uint8Array,
): Promise<void> {
  await ceremony.files.write(join(ceremony.layout.stagedTargets, hashedPath(path, sha256)), bytes);
}
