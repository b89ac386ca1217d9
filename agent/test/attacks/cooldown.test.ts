import { attack } from './arena/index.ts';

attack('a run before the last one has cooled down', 'cooling-down', (arena) => arena.honest(), {
  limits: { cooldownSeconds: 60 },
});
