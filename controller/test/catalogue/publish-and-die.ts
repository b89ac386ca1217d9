// Publishes the catalogue of the data folder given, and is killed just before its n-th step.
import { durableFiles } from '../../src/catalogue/durable-files.ts';
import { publish } from '../../src/catalogue/index.ts';

const [dataDir = '', cut = '1'] = process.argv.slice(2);
let left = Number(cut);
const step = (): void => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
await publish({
  dataDir,
  clock: { now: () => Date.now() },
  files: {
    write: async (...args) => {
      step();
      await durableFiles.write(...args);
    },
    move: durableFiles.move,
    remove: async (file) => {
      step();
      await durableFiles.remove(file);
    },
  },
});
