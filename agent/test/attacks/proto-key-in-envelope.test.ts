import { attack } from './arena/index.ts';

attack('a __proto__ key in the envelope', 'envelope-malformed', (arena) => {
  const text = JSON.stringify(arena.sign(arena.warrant()));
  return arena.send(Buffer.from(text.replace('{', '{"__proto__":{"payloadType":"x"},')));
});
