import { attack } from './arena/index.ts';

attack("the warrant names an altered script's hash", 'runbook-altered', (arena) => {
  const altered = { ...arena.scene.bundle, files: { 'fix.sh': `echo owned >> '${arena.marker}'` } };
  return arena.send(arena.sign(arena.warrant({}, altered)));
});
