import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { WarrantDraft } from '@millwright/shared/api';
import { type Envelope, signEnvelope } from '@millwright/shared/trust';
import { publish } from '../../src/catalogue/index.ts';
import { addTechnician } from '../../src/ceremony/index.ts';
import type { Installation } from './installation.ts';
import { publishChanged } from './runbooks.ts';

/** The stock runbook that takes a technician's signature. */
export const L2 = 'linux/disk/remove-stale-files';

interface Reach {
  readonly name: string;
  readonly key?: KeyObject;
  readonly namespaces?: readonly string[];
  readonly clients?: readonly string[];
}

const offlineOf = ({ dataDir }: Installation): string => join(dataDir, '..', 'offline');

/** Publishes technicians' keys, each with its reach (all, where none is given), and returns the private keys. */
export async function publishTechnicians(
  installation: Installation,
  ...reaches: Reach[]
): Promise<KeyObject[]> {
  const { dataDir, clock } = installation;
  const keys: KeyObject[] = [];
  for (const { name, key, namespaces = ['*'], clients = ['*'] } of reaches) {
    const mine = key ?? generateKeyPairSync('ed25519').privateKey;
    keys.push(mine);
    const publicKey = createPublicKey(mine).export({ type: 'spki', format: 'pem' }).toString();
    await addTechnician({
      dataDir,
      offlineDir: offlineOf(installation),
      clock,
      publicKey,
      name,
      namespaces,
      clients,
    });
  }
  await publish({ dataDir, clock });
  await installation.controller.catalogue.tick();
  return keys;
}

/** Publishes the L2 runbook anew, as one that takes so many technicians. */
export async function publishForTechnicians(
  installation: Installation,
  technicians: number,
  version: number,
): Promise<void> {
  await publishChanged(installation, L2, { technicians, version });
}

/** Signs what a draft holds, with each key. */
export function signDraft({ payload, payloadType }: WarrantDraft, ...keys: KeyObject[]): Envelope {
  const bytes = Buffer.from(payload, 'base64');
  const [first, ...rest] = keys;
  if (first === undefined) throw new TypeError('somebody must sign');
  return rest.reduce(
    (onto, key) => signEnvelope(payloadType, bytes, key, onto),
    signEnvelope(payloadType, bytes, first),
  );
}
