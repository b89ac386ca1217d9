import assert from 'node:assert/strict';
import { run, runStep } from '../../run-step.ts';

const id = 'linux/network/restart-resolver';

// Restarting the resolver takes a host that systemd has booted: the host tests do that.
describe('linux/network/restart-resolver', () => {
  it('checks: is for the probe of name resolution alone', async () => {
    for (const probe of ['gateway', 'web', '-dns', 'dns '])
      assert.equal((await runStep(id, 'check', probe)).status, 3, probe);
  });

  it('checks: goes on exactly where systemd-resolved is enabled', async () => {
    const enabled = await run('/bin/sh', ['-c', 'systemctl is-enabled --quiet systemd-resolved.service']);
    assert.equal((await runStep(id, 'check', 'dns')).status, enabled.status === 0 ? 0 : 3);
  });
});
