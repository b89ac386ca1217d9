import { attack } from './arena/index.ts';

attack(
  'more runs in an hour than the signed limits allow',
  'budget-exceeded',
  async (arena) => {
    await arena.honest();
    return arena.honest();
  },
  { limits: { perHour: 2 } },
);
