import { attack } from './arena/index.ts';

attack(
  'a runbook whose fix did not hold twice is sent a third time',
  'quarantined',
  async (arena) => {
    const { bundle } = arena.scene;
    const failing = {
      manifest: { ...bundle.manifest, version: 2 },
      files: { ...bundle.files, 'verify.sh': 'exit 1' },
    };
    arena.publish(failing);
    for (let run = 0; run < 2; run += 1) await arena.send(arena.sign(arena.warrant({}, failing)));
    arena.restart();
    return arena.send(arena.sign(arena.warrant({}, failing)));
  },
  {
    manifest: {
      steps: {
        fix: { interpreter: 'sh', file: 'fix.sh', arguments: ['mount'], timeoutSeconds: 20 },
        verify: { interpreter: 'sh', file: 'verify.sh', arguments: [], timeoutSeconds: 20 },
      },
    },
    files: () => ({ 'verify.sh': 'exit 0' }),
  },
);
