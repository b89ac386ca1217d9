import { attack } from './arena/index.ts';

attack('a fact is left out', 'parameters-invalid', (arena) =>
  arena.send(arena.sign(arena.warrant({ parameters: {} }))),
);
