import { attack, serveTarget, signOnline, targetsFile } from './arena/index.ts';

attack(
  'a target whose name climbs out of its folder',
  ['catalogue-invalid', /not a target's name/],
  (arena) => {
    const { files, online, namespace } = arena.operator;
    const bytes = Buffer.from(JSON.stringify(arena.scene.bundle));
    const targets = new Map([
      ['linux/disk/clean-temp.json', bytes],
      ['linux/disk/../../../../etc/cron.d/x', bytes],
    ]);
    const signers = namespace.signers.slice(0, 2);
    files.set(
      `metadata/2.${namespace.name}.json`,
      targetsFile({ version: 2, expires: '2031-01-01T00:00:00Z', targets }, signers),
    );
    serveTarget(files, 'linux/disk/clean-temp.json', bytes);
    signOnline(files, online, 2, arena.clock.time);
    return arena.send(arena.sign(arena.warrant()));
  },
);
