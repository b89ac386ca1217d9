import { attack } from './arena/index.ts';

attack(
  'a catalogue that was rolled back is offered after the clock was reset',
  'catalogue-invalid',
  async (arena) => {
    const { time } = arena.clock;
    const older = new Map(arena.operator.files);
    arena.clock.time += 3_600_000;
    arena.publish();
    await arena.honest();
    arena.clock.time = time + 60_000;
    arena.resetClock();
    for (const [path, bytes] of older) arena.operator.files.set(path, bytes);
    return arena.honest();
  },
);
