import { attack } from './arena/index.ts';

attack("a class that the endpoint's own policy does not allow", 'class-not-allowed', (arena) => {
  arena.localPolicy.classes = ['L0'];
  return arena.honest();
});
