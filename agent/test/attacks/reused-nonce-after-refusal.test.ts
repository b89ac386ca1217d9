import { attack } from './arena/index.ts';

attack(
  'a warrant that was refused is sent again once what it was refused for is gone',
  'nonce-replayed',
  async (arena) => {
    const envelope = arena.sign(arena.warrant());
    arena.facts = [];
    await arena.send(envelope);
    arena.facts = [{ kind: 'filling-filesystem', value: '/var', details: {} }];
    return arena.send(envelope);
  },
);
