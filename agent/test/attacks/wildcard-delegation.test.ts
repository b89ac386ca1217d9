import { attack } from './arena/index.ts';

attack(
  'a delegation whose pattern covers every namespace',
  ['catalogue-invalid', /literal prefix and one/],
  (arena) => {
    const { operator, scene, clock } = arena;
    const wide = { ...operator.namespace, paths: ['*/*/*'] };
    operator.publishRoles(clock.time, [scene.bundle], scene.trust, [wide, operator.trust]);
    return arena.send(arena.sign(arena.warrant()));
  },
);
