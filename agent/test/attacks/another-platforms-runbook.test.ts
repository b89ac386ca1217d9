import { attack } from './arena/index.ts';

attack('a runbook for another platform', 'platform-mismatch', (arena) => {
  const { bundle } = arena.scene;
  const next = { ...bundle, manifest: { ...bundle.manifest, version: 2, platforms: ['darwin' as const] } };
  arena.publish(next);
  return arena.send(arena.sign(arena.warrant({}, next)));
});
