import { attack } from './arena/index.ts';

attack(
  'the trusted root is lost and the newer roots are withheld',
  ['catalogue-invalid', /version 2 was trusted before/],
  async (arena) => {
    const { operator, clock } = arena;
    operator.publishRoot(clock.time);
    await arena.honest();
    arena.db.exec("DELETE FROM catalogue WHERE name = 'metadata/root.json'");
    operator.files.delete('metadata/2.root.json');
    // Until it ends, an agent knows by itself what it trusted.
    arena.restart();
    return arena.honest();
  },
);
