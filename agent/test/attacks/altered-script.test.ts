import { attack, targetPath } from './arena/index.ts';

attack(
  'the script is altered in the files that the controller serves',
  ['catalogue-invalid', /Expected hash/],
  (arena) => {
    const { scene, operator } = arena;
    const next = { ...scene.bundle, manifest: { ...scene.bundle.manifest, version: 2 } };
    arena.publish(next);
    const path = targetPath('linux/disk/clean-temp.json', Buffer.from(JSON.stringify(next)));
    // Of the same length, so that the hash alone tells.
    operator.files.set(path, Buffer.from(JSON.stringify(next).replace('ran', 'own')));
    return arena.send(arena.sign(arena.warrant({}, next)));
  },
);
