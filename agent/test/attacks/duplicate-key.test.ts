import { attack } from './arena/index.ts';

attack('a key that stands twice, so that two readers may read two warrants', 'payload-malformed', (arena) => {
  const text = JSON.stringify(arena.warrant()).replace(
    '"parameters":',
    '"parameters":{"mount":"/"},"parameters":',
  );
  return arena.send(arena.sign(text));
});
