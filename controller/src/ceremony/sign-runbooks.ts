import { type Manifest, targetPathOf } from '@millwright/shared/runbook';
import { sha256 } from '@millwright/shared/trust';
import { TargetFile, type Targets } from '@tufjs/models';
import { CatalogueError } from '../catalogue/catalogue-error.ts';
import { parseBundle } from '../catalogue/load-catalogue.ts';
import { readTarget, sha256Of } from '../catalogue/published.ts';
import { readStaged } from '../catalogue/staged.ts';
import { lintRunbook } from './lint/index.ts';
import { MAX_RUNBOOKS_PER_ROLE } from './namespaces.ts';
import { type CeremonyOptions, openCeremony } from './open-ceremony.ts';
import { bundleBytes, readRunbookFolder } from './runbook-folder.ts';
import { type Ceremony, type StagedRole, stageRole, stageTarget } from './stage-role.ts';
import { targetOf } from './target-of.ts';

export interface SignOptions extends CeremonyOptions {
  /** Runbook folders, each with its runbook.json. */
  readonly folders: readonly string[];
}

export interface SignedRunbook {
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
  readonly change: 'added' | 'raised' | 'unchanged';
}

export interface SignResult {
  readonly runbooks: readonly SignedRunbook[];
  readonly roles: readonly StagedRole[];
}

interface Prepared {
  readonly manifest: Manifest;
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

async function prepare(folder: string): Promise<Prepared> {
  const problems = await lintRunbook(folder);
  const folderRead = await readRunbookFolder(folder);
  if (problems.length > 0 || !('read' in folderRead)) {
    const lines = problems.map(
      (problem) => `  ${problem.file}: ${problem.message} [${problem.rule}]; ${problem.remedy}`,
    );
    throw new CatalogueError(
      'runbook-rejected',
      `${folder} was not signed, for it breaks the rules of runbooks:\n${lines.join('\n')}`,
    );
  }
  const bytes = bundleBytes(folderRead.read);
  const { manifest } = folderRead.read;
  return { manifest, path: targetPathOf(manifest.id), bytes, sha256: sha256(bytes) };
}

/** What signing this runbook means, against the one that stands. @throws CatalogueError `version-not-raised` */
async function changeOf(
  ceremony: Ceremony,
  base: Targets,
  runbook: Prepared,
): Promise<SignedRunbook['change']> {
  const standing = base.targets[runbook.path];
  if (standing === undefined) return 'added';
  if (sha256Of(standing) === runbook.sha256) return 'unchanged';
  const { manifest } = parseBundle(
    runbook.path,
    await readTarget(standing, ceremony.layout.targets, ceremony.layout.stagedTargets),
  );
  if (runbook.manifest.version <= manifest.version)
    throw new CatalogueError(
      'version-not-raised',
      `${runbook.manifest.id} differs from the signed version ${manifest.version} and calls itself version ${runbook.manifest.version}; raise version in its runbook.json`,
    );
  return 'raised';
}

/**
 * Signs runbooks with the offline keys at hand, a role for each namespace, and stages them for `publish`. Where the
 * threshold is above one, each signer runs this on the same folders. Signing what has not changed renews its expiry.
 * @throws CatalogueError; nothing is staged when any folder is refused.
 */
export async function signRunbooks(options: SignOptions): Promise<SignResult> {
  const { ceremony, published, targets } = await openCeremony(options);
  const prepared: Prepared[] = [];
  for (const folder of options.folders) prepared.push(await prepare(folder));
  const byRole = new Map<string, Prepared[]>();
  for (const runbook of prepared) {
    if (prepared.some((other) => other !== runbook && other.path === runbook.path))
      throw new CatalogueError(
        'runbook-twice',
        `${runbook.manifest.id} stands in two of these folders; name one`,
      );
    const role = Object.values(targets.signed.delegations?.roles ?? {}).find((candidate) =>
      candidate.isDelegatedPath(runbook.path),
    );
    if (role === undefined)
      throw new CatalogueError(
        'namespace-unknown',
        `${runbook.manifest.id} lies in no namespace of this catalogue; add the namespace first`,
      );
    byRole.set(role.name, [...(byRole.get(role.name) ?? []), runbook]);
  }

  const runbooks: SignedRunbook[] = [];
  for (const [role, members] of byRole) {
    const standing = published.roles.get(role) ?? null;
    const staged = await readStaged(ceremony.layout, targets, role, standing?.signed.version ?? 0);
    const base = staged !== null && staged.have >= staged.need ? staged.metadata : standing;
    for (const runbook of members) {
      const change = base === null ? 'added' : await changeOf(ceremony, base.signed, runbook);
      runbooks.push({
        id: runbook.manifest.id,
        version: runbook.manifest.version,
        sha256: runbook.sha256,
        change,
      });
    }
    const count = new Set([...Object.keys(base?.signed.targets ?? {}), ...members.map(({ path }) => path)])
      .size;
    if (count > MAX_RUNBOOKS_PER_ROLE)
      throw new CatalogueError(
        'namespace-full',
        `${role} would hold ${count} runbooks, and at most ${MAX_RUNBOOKS_PER_ROLE} fit; put some under another category`,
      );
  }

  const roles: StagedRole[] = [];
  for (const [role, members] of byRole) {
    for (const { path, sha256: hash, bytes } of members) await stageTarget(ceremony, path, hash, bytes);
    const added = Object.fromEntries(
      members.map(({ path, bytes }) => [path, TargetFile.fromJSON(path, targetOf(bytes))]),
    );
    const next = (base: Targets) => ({ targets: { ...base.targets, ...added } });
    roles.push(
      await stageRole(ceremony, {
        delegator: targets,
        role,
        published: published.roles.get(role) ?? null,
        lifetimeMs: ceremony.offline.lifetimes.namespace,
        next,
      }),
    );
  }
  return { runbooks, roles };
}
