import { attack } from './arena/index.ts';

attack(
  'the timestamp of one catalogue with the snapshot of another',
  ['catalogue-invalid', /Snapshot version doesn't match/],
  (arena) => {
    const { files } = arena.operator;
    arena.publish();
    const old = files.get('metadata/1.snapshot.json');
    if (old !== undefined) files.set('metadata/2.snapshot.json', old);
    return arena.send(arena.sign(arena.warrant()));
  },
);
