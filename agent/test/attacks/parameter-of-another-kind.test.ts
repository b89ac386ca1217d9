import { attack } from './arena/index.ts';

attack('a fact of another kind with the same value', 'parameter-not-observed', (arena) => {
  arena.facts = [{ kind: 'folder-over-limit', value: '/var', details: {} }];
  return arena.send(arena.sign(arena.warrant()));
});
