import { attack } from './arena/index.ts';

attack('a warrant is delivered after it expired', 'expired', (arena) => {
  const envelope = arena.sign(arena.warrant());
  arena.clock.time += 600_000;
  return arena.send(envelope);
});
