import { attack } from './arena/index.ts';

attack('a runbook id that climbs out of its folder', 'payload-malformed', (arena) => {
  const { sha256, version } = arena.warrant().runbook;
  return arena.send(arena.sign(arena.warrant({ runbook: { id: 'linux/../../etc', sha256, version } })));
});
