import { attack } from './arena/index.ts';

attack(
  'an integer beyond its signed bounds',
  'parameters-invalid',
  (arena) => arena.send(arena.sign(arena.warrant({ parameters: { mount: '/var', days: 0 } }))),
  {
    manifest: {
      parameters: {
        mount: { type: 'fact', fact: 'filling-filesystem', description: 'the filesystem' },
        days: { type: 'integer', minimum: 7, maximum: 90, default: 30, description: 'age' },
      },
    },
  },
);
