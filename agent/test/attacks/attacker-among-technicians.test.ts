import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf, TRUST_TARGET } from '@millwright/shared/trust';
import { attack, newSigner, serveTarget, signOnline, targetsFile } from './arena/index.ts';

attack(
  'the attacker adds a technician to the trusted keys',
  ['catalogue-invalid', /trust was signed by 0\/2 keys/],
  (arena) => {
    const { files, online } = arena.operator;
    const mallory = generateKeyPairSync('ed25519');
    const spki = mallory.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const technician = {
      keyid: keyIdOf(mallory.publicKey),
      spki,
      name: 'Mallory',
      namespaces: ['*'],
      clients: ['*'],
    };
    const trust = { ...arena.scene.trust, technicians: [technician] };
    const bytes = Buffer.from(JSON.stringify(trust));
    const content = {
      version: 2,
      expires: '2031-01-01T00:00:00Z',
      targets: new Map([[TRUST_TARGET, bytes]]),
    };
    files.set('metadata/2.trust.json', targetsFile(content, [newSigner(), newSigner()]));
    serveTarget(files, TRUST_TARGET, bytes);
    signOnline(files, online, 2, arena.clock.time);
    return arena.send(arena.sign(arena.warrant(), [arena.warrantKey, mallory.privateKey]));
  },
  { manifest: { class: 'L2', technicians: 1 } },
);
