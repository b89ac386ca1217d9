import { attack } from './arena/index.ts';

attack('a warrant that was held back while a later one ran', 'sequence-replayed', async (arena) => {
  const heldBack = arena.sign(arena.warrant());
  await arena.honest();
  return arena.send(heldBack);
});
