import { attack } from './arena/index.ts';

attack(
  "more runs in an hour than the endpoint's own policy allows, though the signed limits would",
  'budget-exceeded',
  async (arena) => {
    arena.restart();
    return arena.honest();
  },
  { limits: { perHour: 60 }, localPolicy: { allPerHour: 1 } },
);
