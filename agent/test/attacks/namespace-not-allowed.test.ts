import { attack } from './arena/index.ts';

attack(
  "a runbook outside of the namespaces of the endpoint's own policy",
  'namespace-not-allowed',
  (arena) => {
    arena.localPolicy.namespaces = ['linux/service/*'];
    return arena.honest();
  },
);
