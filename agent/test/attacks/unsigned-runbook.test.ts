import { attack, newSigner, serveTarget, signOnline, targetsFile } from './arena/index.ts';

attack(
  'a runbook of the attacker, put into the namespace with online keys only',
  ['catalogue-invalid', /signed by 0\/2 keys/],
  async (arena) => {
    const { files, online, namespace } = arena.operator;
    const bundle = { ...arena.scene.bundle, files: { 'fix.sh': `echo owned >> '${arena.marker}'` } };
    const bytes = Buffer.from(JSON.stringify(bundle));
    const targets = new Map([['linux/disk/clean-temp.json', bytes]]);
    const rogue = [newSigner(), newSigner()];
    files.set(
      `metadata/2.${namespace.name}.json`,
      targetsFile({ version: 2, expires: '2031-01-01T00:00:00Z', targets }, rogue),
    );
    serveTarget(files, 'linux/disk/clean-temp.json', bytes);
    signOnline(files, online, 2, arena.clock.time);
    return arena.send(arena.sign(arena.warrant({}, bundle)));
  },
);
