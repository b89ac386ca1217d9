// Stops at once, with one line, when the node on the PATH is not the one that package.json pins.
import { readFileSync } from 'node:fs';

const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

if (process.versions.node !== devDependencies.node) {
  console.error(`Needs Node ${devDependencies.node}, not ${process.versions.node}: npm ci, then npm run ...`);
  process.exit(1);
}
