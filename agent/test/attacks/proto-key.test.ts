import { attack } from './arena/index.ts';

attack('a __proto__ key among the parameters', 'payload-malformed', (arena) => {
  const text = JSON.stringify(arena.warrant()).replace(
    '"mount":"/var"',
    '"__proto__":{"mount":"/"},"mount":"/var"',
  );
  return arena.send(arena.sign(text));
});
