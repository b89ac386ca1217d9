import { attack } from './arena/index.ts';

attack(
  'one technician signs twice for a runbook that takes two',
  'technician-missing',
  (arena) => {
    const envelope = arena.sign(arena.warrant(), [arena.warrantKey, arena.scene.technicianKeys[0]]);
    const signatures = [...envelope.signatures, ...envelope.signatures.slice(1)];
    return arena.send({ ...envelope, signatures });
  },
  { manifest: { class: 'L2', technicians: 2 } },
);
