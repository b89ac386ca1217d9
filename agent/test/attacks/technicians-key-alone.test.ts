import { attack } from './arena/index.ts';

attack('a warrant that only a technician has signed', 'signature-invalid', (arena) =>
  arena.send(arena.sign(arena.warrant(), arena.scene.technicianKeys)),
);
