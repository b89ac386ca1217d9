import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf } from '@millwright/shared/trust';
import { attack } from './arena/index.ts';

attack(
  'a warrant key is used after it was revoked, before the agent has heard of that',
  'warrant-key-revoked',
  (arena) => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const trust = { ...arena.scene.trust, warrantKeys: [{ keyid: keyIdOf(publicKey), spki }] };
    arena.operator.publish(arena.clock.time, [arena.scene.bundle], trust);
    return arena.send(arena.sign(arena.warrant()));
  },
);
