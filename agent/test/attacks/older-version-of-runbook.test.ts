import { attack } from './arena/index.ts';

attack('a warrant for the version of a runbook that was replaced', 'runbook-altered', (arena) => {
  const { bundle } = arena.scene;
  arena.publish({ ...bundle, manifest: { ...bundle.manifest, version: 2 } });
  return arena.send(arena.sign(arena.warrant({}, bundle)));
});
