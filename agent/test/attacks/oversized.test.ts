import { attack } from './arena/index.ts';

attack('a warrant of a megabyte', 'warrant-too-large', (arena) => {
  const text = JSON.stringify(arena.sign(arena.warrant()));
  return arena.send(Buffer.from(text + ' '.repeat(1_048_576)));
});
