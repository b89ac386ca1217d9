import { attack, newSigner, serveTarget, signOnline, targetsFile } from './arena/index.ts';

attack(
  'the class is lowered in a namespace that one stolen offline key has signed of the two that it takes',
  ['catalogue-invalid', /signed by 1\/2 keys/],
  (arena) => {
    const { scene, operator, clock } = arena;
    const manifest = { ...scene.bundle.manifest, class: 'L1' as const, technicians: 0 };
    const lowered = { ...scene.bundle, manifest };
    const bytes = Buffer.from(JSON.stringify(lowered));
    const targets = new Map([['linux/disk/clean-temp.json', bytes]]);
    const signers = [...operator.namespace.signers.slice(0, 1), newSigner()];
    operator.files.set(
      'metadata/2.linux-disk.json',
      targetsFile({ version: 2, expires: '2031-01-01T00:00:00Z', targets }, signers),
    );
    serveTarget(operator.files, 'linux/disk/clean-temp.json', bytes);
    signOnline(operator.files, operator.online, 2, clock.time);
    return arena.send(arena.sign(arena.warrant({}, lowered)));
  },
  { manifest: { class: 'L2', technicians: 1 } },
);
