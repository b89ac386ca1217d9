import { attack } from './arena/index.ts';

attack('a filesystem that this endpoint does not see filling', 'parameter-not-observed', (arena) =>
  arena.send(arena.sign(arena.warrant({ parameters: { mount: '/' } }))),
);
