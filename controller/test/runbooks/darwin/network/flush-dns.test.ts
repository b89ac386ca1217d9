import assert from 'node:assert/strict';
import { run, runStep } from '../../run-step.ts';

const id = 'darwin/network/flush-dns';

describe('darwin/network/flush-dns', () => {
  it('checks: is for the probe of name resolution alone', async () => {
    for (const probe of ['gateway', 'web', '-dns', ''])
      assert.equal((await runStep(id, 'check', probe)).status, 3, probe);
  });

  it('checks: goes on exactly where there is a directory service cache', async () => {
    const there = await run('/bin/sh', ['-c', 'command -v dscacheutil']);
    assert.equal((await runStep(id, 'check', 'dns')).status, there.status === 0 ? 0 : 3);
  });
});
