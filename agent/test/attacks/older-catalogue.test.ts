import { attack } from './arena/index.ts';

attack(
  'yesterday’s catalogue, all of it, with every signature good',
  ['catalogue-invalid', /less than current version/],
  async (arena) => {
    const { files } = arena.operator;
    const yesterday = new Map(files);
    const { bundle } = arena.scene;
    const next = { ...bundle, manifest: { ...bundle.manifest, version: 2 } };
    arena.publish(next);
    await arena.send(arena.sign(arena.warrant({}, next)));
    files.clear();
    for (const [path, bytes] of yesterday) files.set(path, bytes);
    return arena.send(arena.sign(arena.warrant({}, bundle)));
  },
);
