import { attack } from './arena/index.ts';

attack(
  'the same warrant is sent once more after the agent was restarted',
  'nonce-replayed',
  async (arena) => {
    const envelope = arena.sign(arena.warrant());
    await arena.send(envelope);
    arena.restart();
    return arena.send(envelope);
  },
);
