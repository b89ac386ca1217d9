import { attack } from './arena/index.ts';

attack('the same warrant is sent once more', 'nonce-replayed', async (arena) => {
  const envelope = arena.sign(arena.warrant());
  await arena.send(envelope);
  return arena.send(envelope);
});
