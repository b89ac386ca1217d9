import { attack } from './arena/index.ts';

attack('a parameter that is called as something which every object has', 'parameters-invalid', (arena) =>
  arena.send(arena.sign(arena.warrant({ parameters: { mount: '/var', constructor: 'x' } }))),
);
