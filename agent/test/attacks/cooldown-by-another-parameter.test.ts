import { attack } from './arena/index.ts';

attack(
  'a run before the last one has cooled down, by another value of a parameter that is free within bounds',
  'cooling-down',
  (arena) => arena.send(arena.sign(arena.warrant({ parameters: { mount: '/var', days: 8 } }))),
  {
    limits: { cooldownSeconds: 60 },
    manifest: {
      parameters: {
        mount: { type: 'fact', fact: 'filling-filesystem', description: 'the filesystem' },
        days: { type: 'integer', minimum: 7, maximum: 90, default: 7, description: 'how old' },
      },
    },
  },
);
