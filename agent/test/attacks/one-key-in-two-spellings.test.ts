import { tufKeyIdOf } from '@millwright/shared/trust';
import { attack } from './arena/index.ts';

attack(
  'one key in two spellings, each under its own hash',
  ['catalogue-invalid', /not a plain Ed25519 key/],
  (arena) => {
    const { operator, scene, clock } = arena;
    const [stolen] = operator.namespace.signers;
    if (stolen === undefined) throw new Error('the namespace has keys');
    const key = { ...stolen.key, keyval: { public: stolen.key.keyval.public.toUpperCase() } };
    const twice = { ...operator.namespace, signers: [stolen, { ...stolen, key, id: tufKeyIdOf(key) }] };
    operator.publishRoles(clock.time, [scene.bundle], scene.trust, [twice, operator.trust]);
    return arena.send(arena.sign(arena.warrant()));
  },
);
