import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf } from '@millwright/shared/trust';
import { attack } from './arena/index.ts';

attack("a warrant signed by the attacker's key under the warrant key's id", 'signature-invalid', (arena) => {
  const envelope = arena.sign(arena.warrant(), [generateKeyPairSync('ed25519').privateKey]);
  const signatures = envelope.signatures.map((signature) => ({
    ...signature,
    keyid: keyIdOf(arena.warrantKey),
  }));
  return arena.send({ ...envelope, signatures });
});
