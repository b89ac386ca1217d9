import { attack } from './arena/index.ts';

attack('a warrant that was signed for later', 'not-yet-valid', (arena) => {
  const later = arena.clock.time + 3_600_000;
  return arena.send(arena.sign(arena.warrant({ notBefore: later, expires: later + 60_000 })));
});
