import assert from 'node:assert/strict';
import { harmless } from './arena/index.ts';

harmless('ten good warrants at the same instant', async (arena) => {
  const envelopes = Array.from({ length: 10 }, () => arena.sign(arena.warrant()));
  await Promise.all(envelopes.map((envelope) => arena.send(envelope)));
  const ended = arena
    .reports()
    .slice(-10)
    .map(({ result }) => (result.outcome === 'refused' ? result.code : result.outcome));
  assert.equal(ended.filter((end) => end === 'fixed').length, arena.runs() - 1);
  assert.ok(ended.includes('busy'));
  assert.deepEqual(
    ended.filter((end) => end !== 'busy' && end !== 'fixed'),
    [],
  );
  assert.equal(arena.mostAtOnce, 1);
});
