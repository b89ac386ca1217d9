import { attack } from './arena/index.ts';

attack('a fact that has ceased to be one', 'parameter-not-observed', (arena) => {
  arena.facts = [];
  return arena.send(arena.sign(arena.warrant()));
});
