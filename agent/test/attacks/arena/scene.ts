import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { dirname } from 'node:path';
import { Bundle, type Manifest } from '@millwright/shared/runbook';
import { keyIdOf, type Technician, TrustDocument } from '@millwright/shared/trust';
import type { LocalPolicy } from '../../../src/config/index.ts';

export interface SceneOptions {
  /** Changes to the honest runbook's manifest. */
  readonly manifest?: Partial<Manifest>;
  readonly limits?: Partial<Manifest['limits']>;
  /** Changes to its scripts, which may name the arena's folder. */
  readonly files?: (folder: string) => Readonly<Record<string, string>>;
  /** Changes to the two technicians' scopes, in their order. */
  readonly technicians?: readonly Partial<Pick<Technician, 'name' | 'namespaces' | 'clients'>>[];
  readonly localPolicy?: Partial<LocalPolicy>;
}

/** What the operator has published, and the keys that belong to it. */
export interface Scene {
  readonly bundle: Bundle;
  readonly trust: TrustDocument;
  readonly warrantKey: KeyObject;
  readonly technicianKeys: readonly [KeyObject, KeyObject];
  /** The technicians' keys that an honest run of the runbook needs. */
  readonly approvers: readonly KeyObject[];
}

const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

function publicOf(key: KeyObject): { keyid: string; spki: string } {
  return {
    keyid: keyIdOf(key),
    spki: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

export function setScene(marker: string, options: SceneOptions): Scene {
  const warrantKey = newKey();
  const technicianKeys: [KeyObject, KeyObject] = [newKey(), newKey()];
  const bundle = honestBundle(marker, options);
  const trust = TrustDocument.parse({
    schema: 1,
    warrantKeys: [publicOf(warrantKey)],
    technicians: technicianKeys.map((key, index) => ({
      ...publicOf(key),
      name: ['Ada', 'Grace'][index],
      namespaces: ['*'],
      clients: ['*'],
      ...options.technicians?.[index],
    })),
  });
  return {
    bundle,
    trust,
    warrantKey,
    technicianKeys,
    approvers: technicianKeys.slice(0, bundle.manifest.technicians),
  };
}

/** A runbook whose fix adds a line to the marker. */
function honestBundle(marker: string, { manifest, limits, files }: SceneOptions): Bundle {
  return Bundle.parse({
    manifest: {
      schema: 1,
      id: 'linux/disk/clean-temp',
      version: 1,
      title: 'Clean temporary files',
      summary: 'Deletes what is old in the temporary folders.',
      class: 'L1',
      technicians: 0,
      platforms: ['linux'],
      conditions: ['disk-filling'],
      parameters: { mount: { type: 'fact', fact: 'filling-filesystem', description: 'the filesystem' } },
      steps: { fix: { interpreter: 'sh', file: 'fix.sh', arguments: ['mount'], timeoutSeconds: 20 } },
      limits: { perHour: 60, perDay: 200, cooldownSeconds: 0, outputBytes: 4096, ...limits },
      verifyWithinSeconds: 60,
      detaches: false,
      ...manifest,
    },
    files: { 'fix.sh': `echo "ran" >> '${marker}'; printf '%s' "$1"`, ...files?.(dirname(marker)) },
  });
}
