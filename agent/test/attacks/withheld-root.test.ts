import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { attack } from './arena/index.ts';

attack(
  'the trusted root is lost with its file and the newer roots are withheld',
  ['catalogue-invalid', /version 2 was trusted before/],
  async (arena) => {
    const { operator, clock } = arena;
    operator.publishRoot(clock.time);
    await arena.honest();
    rmSync(join(arena.folder, 'catalogue', 'metadata', 'root.json'));
    operator.files.delete('metadata/2.root.json');
    return arena.honest();
  },
);
