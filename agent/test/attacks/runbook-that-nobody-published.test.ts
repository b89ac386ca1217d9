import { attack } from './arena/index.ts';

attack('a warrant for a runbook that is in no catalogue', 'runbook-unknown', (arena) => {
  const { sha256, version } = arena.warrant().runbook;
  return arena.send(arena.sign(arena.warrant({ runbook: { id: 'linux/disk/wipe', sha256, version } })));
});
