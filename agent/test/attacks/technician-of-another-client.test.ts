import { attack } from './arena/index.ts';

attack(
  "a technician of another client's approves",
  'technician-out-of-scope',
  (arena) => arena.send(arena.sign(arena.warrant(), [arena.warrantKey, arena.scene.technicianKeys[1]])),
  { manifest: { class: 'L2', technicians: 1 }, technicians: [{}, { clients: ['globex'] }] },
);
