import { attack } from './arena/index.ts';

attack(
  'a technician approves a runbook outside of their namespaces',
  'technician-out-of-scope',
  (arena) => arena.send(arena.sign(arena.warrant(), [arena.warrantKey, arena.scene.technicianKeys[1]])),
  {
    manifest: { class: 'L2', technicians: 1 },
    technicians: [{}, { namespaces: ['linux/service/*', 'linux/disk/clean'] }],
  },
);
