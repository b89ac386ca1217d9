import { attack } from './arena/index.ts';

attack('a new warrant with the nonce of one that ran', 'nonce-replayed', async (arena) => {
  const first = arena.warrant();
  await arena.send(arena.sign(first));
  return arena.send(arena.sign(arena.warrant({ nonce: first.nonce })));
});
