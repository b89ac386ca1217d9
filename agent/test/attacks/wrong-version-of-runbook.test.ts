import { attack } from './arena/index.ts';

attack('a warrant that calls the right bytes by another version', 'runbook-altered', (arena) => {
  const { runbook } = arena.warrant();
  return arena.send(arena.sign(arena.warrant({ runbook: { ...runbook, version: 7 } })));
});
