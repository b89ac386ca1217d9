import { attack, renamed } from './arena/index.ts';

attack(
  'one stolen offline key stands under two ids, to make a threshold of two',
  ['catalogue-invalid', /not the hash of its key/],
  (arena) => {
    const { operator, scene, clock } = arena;
    const [stolen] = operator.namespace.signers;
    if (stolen === undefined) throw new Error('the namespace has keys');
    const twice = { ...operator.namespace, signers: [stolen, renamed(stolen, 'ff'.repeat(32))] };
    operator.publishRoles(clock.time, [scene.bundle], scene.trust, [twice, operator.trust]);
    return arena.send(arena.sign(arena.warrant()));
  },
);
