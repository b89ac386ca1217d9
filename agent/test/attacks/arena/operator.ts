import type { Bundle } from '@millwright/shared/runbook';
import { targetPathOf } from '@millwright/shared/runbook';
import { TRUST_TARGET, type TrustDocument } from '@millwright/shared/trust';
import { newSigner, type Signer } from './signer.ts';
import {
  type Delegation,
  type Files,
  inDays,
  type OnlineKeys,
  rootFile,
  serveTarget,
  signOnline,
  targetsFile,
} from './tuf-files.ts';

interface Group {
  signers: readonly Signer[];
  threshold: number;
}

const group = (): Group => ({ signers: [newSigner(), newSigner(), newSigner()], threshold: 2 });

/** The people with the offline keys: two of three in each role. */
export class Operator {
  readonly files: Files = new Map();
  readonly online: OnlineKeys = { snapshot: newSigner(), timestamp: newSigner() };
  root: Group = group();
  readonly targets: Group = group();
  readonly namespace: Delegation = { name: 'linux-disk', paths: ['linux/disk/*'], ...group() };
  readonly trust: Delegation = { name: 'trust', paths: ['trust/*'], ...group() };
  version = 0;
  rootVersion = 0;

  /** Publishes a catalogue in which all is in order. Every role's version becomes the publication's number. */
  publish(now: number, bundles: readonly Bundle[], trust: TrustDocument): void {
    this.publishTargets(now, targetsOf(bundles), trust);
  }

  /** Publishes whatever bytes as the namespace's targets. */
  publishTargets(now: number, targets: ReadonlyMap<string, Buffer>, trust: TrustDocument): void {
    this.#publish(now, targets, trust, [this.namespace, this.trust]);
  }

  /** Publishes with delegations of one's choice, for ceremonies that went wrong. */
  publishRoles(
    now: number,
    bundles: readonly Bundle[],
    trust: TrustDocument,
    delegations: readonly Delegation[],
  ): void {
    this.#publish(now, targetsOf(bundles), trust, delegations);
  }

  #publish(
    now: number,
    namespaceTargets: ReadonlyMap<string, Buffer>,
    trust: TrustDocument,
    delegations: readonly Delegation[],
  ): void {
    if (this.rootVersion === 0) this.publishRoot(now);
    this.version += 1;
    const expires = inDays(now, 30);
    const { version, files } = this;
    const contents = new Map<string, ReadonlyMap<string, Buffer>>([
      [this.namespace.name, namespaceTargets],
      [this.trust.name, new Map([[TRUST_TARGET, Buffer.from(JSON.stringify(trust))]])],
    ]);
    files.set(
      `metadata/${version}.targets.json`,
      targetsFile({ version, expires, delegations }, this.targets.signers.slice(0, 2)),
    );
    for (const { name, signers } of delegations) {
      const targets = contents.get(name) ?? new Map();
      for (const [path, bytes] of targets) serveTarget(files, path, bytes);
      files.set(
        `metadata/${version}.${name}.json`,
        targetsFile({ version, expires, targets }, signers.slice(0, 2)),
      );
    }
    signOnline(files, this.online, version, now);
  }

  /** A new root version with new keys for itself, signed by two of those before and two of the new ones. */
  rotateRoot(now: number): void {
    const before = this.root.signers.slice(0, 2);
    this.root = group();
    this.publishRoot(now, [...before, ...this.root.signers.slice(0, 2)]);
  }

  /** A new root version, signed by two of its three keys unless said otherwise. */
  publishRoot(now: number, signers: readonly Signer[] = this.root.signers.slice(0, 2)): void {
    this.rootVersion += 1;
    const { root, targets, online } = this;
    const roles = {
      root,
      targets,
      snapshot: { signers: [online.snapshot], threshold: 1 },
      timestamp: { signers: [online.timestamp], threshold: 1 },
    };
    this.files.set(
      `metadata/${this.rootVersion}.root.json`,
      rootFile(this.rootVersion, inDays(now, 365), roles, signers),
    );
  }
}

function targetsOf(bundles: readonly Bundle[]): Map<string, Buffer> {
  return new Map(
    bundles.map((bundle) => [targetPathOf(bundle.manifest.id), Buffer.from(JSON.stringify(bundle))]),
  );
}
