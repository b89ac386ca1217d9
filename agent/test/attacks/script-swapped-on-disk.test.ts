import assert from 'node:assert/strict';
import { harmless } from './arena/index.ts';

harmless(
  'every cached runbook of the catalogue is swapped on the disk between the refresh and the run',
  async (arena) => {
    const swap = arena.db.prepare("UPDATE catalogue SET bytes = ? WHERE name LIKE 'targets/%'");
    const swapped = JSON.stringify({
      ...arena.scene.bundle,
      files: { 'fix.sh': `echo owned >> '${arena.marker}'` },
    });
    let swaps = 0;
    const { files } = arena.operator;
    const get = files.get.bind(files);
    // At each request of the agent's, and so between its reading of one file and of the next.
    files.get = (path) => {
      swaps += Number(swap.run(Buffer.from(swapped)).changes);
      return get(path);
    };
    const { result } = await arena.honest();
    assert.ok(swaps > 1);
    assert.equal(result.outcome, 'fixed');
    assert.ok(arena.started.every(({ args }) => args[1] === arena.scene.bundle.files['fix.sh']));
    assert.equal(arena.runs(), 2);
  },
);
