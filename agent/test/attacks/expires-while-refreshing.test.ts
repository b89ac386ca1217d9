import { attack } from './arena/index.ts';

attack(
  'the controller answers for the catalogue so slowly that the warrant has expired by then',
  'expired',
  (arena) => {
    const { files } = arena.operator;
    const envelope = arena.sign(arena.warrant());
    const get = files.get.bind(files);
    files.get = (path) => {
      arena.clock.time += 600_000;
      return get(path);
    };
    return arena.send(envelope);
  },
);
