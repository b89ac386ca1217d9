import { attack } from './arena/index.ts';

attack(
  'more runs in an hour than the signed limits allow, each of another fact that has nothing to cool down from',
  'budget-exceeded',
  async (arena) => {
    const mounts = ['/srv', '/home', '/opt'];
    arena.facts = mounts.map((value) => ({ kind: 'filling-filesystem', value, details: {} }));
    const [first, second, third] = mounts.map((mount) =>
      arena.sign(arena.warrant({ parameters: { mount } })),
    );
    if (first === undefined || second === undefined || third === undefined)
      throw new TypeError('three mounts');
    for (const envelope of [first, second]) await arena.send(envelope);
    return arena.send(third);
  },
  { limits: { perHour: 3, cooldownSeconds: 3600 } },
);
