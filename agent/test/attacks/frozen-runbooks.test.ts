import { attack, signOnline } from './arena/index.ts';

attack('the online keys keep offline metadata alive that has expired', 'catalogue-expired', (arena) => {
  arena.clock.time += 31 * 86_400_000;
  signOnline(arena.operator.files, arena.operator.online, 2, arena.clock.time);
  return arena.send(arena.sign(arena.warrant()));
});
