import { attack } from './arena/index.ts';

attack('the catalogue is withheld', 'catalogue-unreachable', (arena) => {
  arena.linkUp = false;
  return arena.send(arena.sign(arena.warrant()));
});
