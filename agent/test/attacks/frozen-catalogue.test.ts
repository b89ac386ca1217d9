import { attack } from './arena/index.ts';

attack('the catalogue is frozen and its timestamp runs out', 'catalogue-expired', (arena) => {
  arena.clock.time += 86_400_000;
  return arena.send(arena.sign(arena.warrant()));
});
