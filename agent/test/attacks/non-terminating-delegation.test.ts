import { attack } from './arena/index.ts';

attack(
  'a delegation that lets later roles answer for its namespace',
  ['catalogue-invalid', /not terminating/],
  (arena) => {
    const { operator, scene, clock } = arena;
    const open = { ...operator.namespace, terminating: false };
    operator.publishRoles(clock.time, [scene.bundle], scene.trust, [open, operator.trust]);
    return arena.send(arena.sign(arena.warrant()));
  },
);
