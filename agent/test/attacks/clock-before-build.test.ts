import { attack } from './arena/index.ts';

attack('the clock is set to before the agent was built', 'clock-behind', (arena) => {
  arena.clock.time = 1_600_000_000_000;
  return arena.send(arena.sign(arena.warrant()));
});
