import { attack } from './arena/index.ts';

attack('the clock is set back to when an old warrant was valid', 'clock-behind', async (arena) => {
  const old = arena.sign(arena.warrant({ sequence: 1_000_000 }));
  arena.clock.time += 3_600_000;
  arena.publish();
  await arena.send(arena.sign(arena.warrant()));
  arena.clock.time -= 3_600_000;
  return arena.send(old);
});
