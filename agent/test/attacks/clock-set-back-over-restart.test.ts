import { attack } from './arena/index.ts';

attack('the clock is set back while the agent is down', 'clock-behind', (arena) => {
  arena.clock.time -= 3_600_000;
  arena.restart();
  return arena.send(arena.sign(arena.warrant()));
});
