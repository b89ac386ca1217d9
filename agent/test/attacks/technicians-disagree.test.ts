import { attack } from './arena/index.ts';

attack(
  'a technician has approved another warrant than the one that is sent',
  'technician-missing',
  (arena) => {
    const approved = arena.sign(arena.warrant(), [arena.warrantKey, arena.scene.technicianKeys[0]]);
    const sent = arena.sign(arena.warrant());
    return arena.send({ ...sent, signatures: [...sent.signatures, ...approved.signatures.slice(1)] });
  },
  { manifest: { class: 'L2', technicians: 1 } },
);
