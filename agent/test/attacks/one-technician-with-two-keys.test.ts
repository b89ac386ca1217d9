import assert from 'node:assert/strict';
import { Arena } from './arena/arena.ts';

describe('attack', () => {
  it('one technician signs with two keys for a runbook that takes two', async () => {
    const arena = new Arena({
      manifest: { class: 'L2', technicians: 2 },
      technicians: [{ name: 'Ada' }, { name: 'Ada' }],
    });
    try {
      const { result } = await arena.honest();
      assert.equal(result.outcome === 'refused' && result.code, 'technician-missing');
      assert.deepEqual(arena.ranSoFar(), { scripts: 0, processes: 0 });
    } finally {
      arena.close();
    }
  });
});
