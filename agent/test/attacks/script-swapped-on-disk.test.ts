import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { harmless } from './arena/index.ts';

harmless('every cached file of the catalogue is swapped between the refresh and the run', async (arena) => {
  const folder = join(arena.folder, 'catalogue', 'targets');
  const swapped = JSON.stringify({
    ...arena.scene.bundle,
    files: { 'fix.sh': `echo owned >> '${arena.marker}'` },
  });
  const { files } = arena.operator;
  const get = files.get.bind(files);
  // At each request of the agent's, and so between its reading of one file and of the next.
  files.get = (path) => {
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), swapped);
    return get(path);
  };
  const { result } = await arena.honest();
  assert.equal(result.outcome, 'fixed');
  assert.ok(arena.started.every(({ args }) => args[1] === arena.scene.bundle.files['fix.sh']));
  assert.equal(arena.runs(), 2);
});
