import { attack } from './arena/index.ts';

attack(
  'the clock is set back a little, as far as is tolerated, to gain another hour',
  'budget-exceeded',
  async (arena) => {
    await arena.honest();
    arena.clock.time -= 4000;
    arena.restart();
    return arena.honest();
  },
  { limits: { perHour: 2 } },
);
