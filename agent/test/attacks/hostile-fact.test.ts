import assert from 'node:assert/strict';
import { harmless } from './arena/index.ts';

harmless('a mount is named so that a shell would run it', async (arena) => {
  const value = `/var'; echo owned >> "${arena.marker}"; $(touch ${arena.folder}/owned) \`id\` -rf\n"`;
  arena.facts = [{ kind: 'filling-filesystem', value, details: {} }];
  const report = await arena.send(arena.sign(arena.warrant({ parameters: { mount: value } })));
  assert.equal(report.result.outcome, 'fixed');
  // The script prints its argument: it came through whole, and was only ever text.
  assert.equal(report.steps[0]?.output, value);
  assert.equal(arena.runs(), 2);
});
