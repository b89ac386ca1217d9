import { attack, serveTarget, signOnline, targetsFile } from './arena/index.ts';

attack(
  "a namespace's own keys sign a target of another namespace",
  ['catalogue-invalid', /outside of its namespace/],
  (arena) => {
    const { files, online, namespace } = arena.operator;
    const bytes = Buffer.from(JSON.stringify(arena.scene.bundle));
    const targets = new Map([
      ['linux/disk/clean-temp.json', bytes],
      ['linux/service/restart.json', bytes],
    ]);
    const signers = namespace.signers.slice(0, 2);
    files.set(
      `metadata/2.${namespace.name}.json`,
      targetsFile({ version: 2, expires: '2031-01-01T00:00:00Z', targets }, signers),
    );
    for (const path of targets.keys()) serveTarget(files, path, bytes);
    signOnline(files, online, 2, arena.clock.time);
    return arena.send(arena.sign(arena.warrant()));
  },
);
