import { attack } from './arena/index.ts';

attack(
  'bytes that are no UTF-8, which one reader replaces and another refuses',
  'envelope-malformed',
  (arena) => {
    const text = JSON.stringify(arena.sign(arena.warrant()));
    return arena.send(
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text), Buffer.from([0xff])]),
    );
  },
);
