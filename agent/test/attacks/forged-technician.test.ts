import { generateKeyPairSync } from 'node:crypto';
import { attack } from './arena/index.ts';

attack(
  "a signature of the attacker's under a technician's key id",
  'technician-missing',
  (arena) => {
    const [ada] = arena.scene.trust.technicians;
    const forged = arena.sign(arena.warrant(), [arena.warrantKey, generateKeyPairSync('ed25519').privateKey]);
    const signatures = forged.signatures.map((signature, index) =>
      index === 1 && ada ? { ...signature, keyid: ada.keyid } : signature,
    );
    return arena.send({ ...forged, signatures });
  },
  { manifest: { class: 'L2', technicians: 1 } },
);
