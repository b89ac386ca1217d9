import { attack } from './arena/index.ts';

attack(
  'an L2 runbook on the word of the controller alone',
  'technician-missing',
  (arena) => arena.send(arena.sign(arena.warrant())),
  {
    manifest: { class: 'L2', technicians: 1 },
  },
);
