import { attack } from './arena/index.ts';

attack("another endpoint's warrant", 'wrong-endpoint', (arena) =>
  arena.send(arena.sign(arena.warrant({ endpoint: 'ab'.repeat(32) }))),
);
