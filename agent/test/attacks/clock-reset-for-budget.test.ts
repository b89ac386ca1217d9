import { attack } from './arena/index.ts';

attack(
  'the clock is set months ahead and reset to refill a budget',
  'budget-exceeded',
  async (arena) => {
    await arena.honest();
    const { time } = arena.clock;
    arena.clock.time += 100 * 86_400_000;
    arena.publish();
    await arena.honest();
    arena.clock.time = time + 60_000;
    arena.resetClock();
    return arena.honest();
  },
  { limits: { perHour: 3 } },
);
