import { attack } from './arena/index.ts';

attack('a parameter that the schema does not have', 'parameters-invalid', (arena) =>
  arena.send(arena.sign(arena.warrant({ parameters: { mount: '/var', command: 'reboot' } }))),
);
