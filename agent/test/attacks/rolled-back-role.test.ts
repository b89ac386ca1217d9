import { attack, signOnline } from './arena/index.ts';

attack(
  'a new snapshot and timestamp over an older role',
  ['catalogue-invalid', /New version 1 of linux-disk.json/],
  async (arena) => {
    const { files, online } = arena.operator;
    const { bundle } = arena.scene;
    const next = { ...bundle, manifest: { ...bundle.manifest, version: 2 } };
    arena.publish(next);
    await arena.send(arena.sign(arena.warrant({}, next)));
    files.delete('metadata/2.linux-disk.json');
    signOnline(files, online, 3, arena.clock.time);
    return arena.send(arena.sign(arena.warrant({}, bundle)));
  },
);
