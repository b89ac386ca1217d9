import { sha256 } from '@millwright/shared/trust';
import { attack, serveTarget, signOnline } from './arena/index.ts';

attack(
  "the manifest's limits are raised under the offline keys' old signatures",
  ['catalogue-invalid', /signed by 0\/2 keys/],
  (arena) => {
    const { scene, operator, clock } = arena;
    const { manifest } = scene.bundle;
    const raised = {
      ...scene.bundle,
      manifest: { ...manifest, limits: { ...manifest.limits, outputBytes: 262_144 } },
    };
    const bytes = Buffer.from(JSON.stringify(raised));
    const signed = JSON.parse(String(operator.files.get('metadata/1.linux-disk.json')));
    signed.signed.targets['linux/disk/clean-temp.json'] = {
      length: bytes.length,
      hashes: { sha256: sha256(bytes) },
    };
    signed.signed.version = 2;
    operator.files.set('metadata/2.linux-disk.json', Buffer.from(JSON.stringify(signed)));
    serveTarget(operator.files, 'linux/disk/clean-temp.json', bytes);
    signOnline(operator.files, operator.online, 2, clock.time);
    return arena.send(arena.sign(arena.warrant({}, raised)));
  },
);
