import { attack } from './arena/index.ts';

attack(
  'a warrant that has run is sent again after the clock was ahead for months, old records were pruned, and the clock was reset',
  'nonce-replayed',
  async (arena) => {
    const { time } = arena.clock;
    const ran = arena.sign(arena.warrant());
    await arena.send(ran);
    arena.clock.time += 100 * 86_400_000;
    arena.publish();
    await arena.honest();
    arena.pruneRecords();
    arena.clock.time = time + 60_000;
    arena.resetClock();
    return arena.send(ran);
  },
);
