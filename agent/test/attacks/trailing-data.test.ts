import { attack } from './arena/index.ts';

attack('more data after the envelope', 'envelope-malformed', (arena) =>
  arena.send(Buffer.from(`${JSON.stringify(arena.sign(arena.warrant()))}{}`)),
);
