import { attack } from './arena/index.ts';

attack('a warrant that is valid for a year', 'validity-too-long', (arena) =>
  arena.send(arena.sign(arena.warrant({ expires: arena.clock.time + 31_536_000_000 }))),
);
