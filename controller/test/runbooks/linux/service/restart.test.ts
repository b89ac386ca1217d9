import assert from 'node:assert/strict';
import { runStep } from '../../run-step.ts';

const id = 'linux/service/restart';

// Restarting a real unit takes a host that systemd has booted: the host tests do that.
describe('linux/service/restart', () => {
  for (const name of ['*', 'ssh*', 'a?.service', '[a-z].service'])
    it(`checks: refuses the pattern ${name}`, async () => {
      const { status, output } = await runStep(id, 'check', name);
      assert.equal(status, 3);
      assert.match(output, /is a pattern/);
    });

  for (const name of ['millwright-test-none.service', '--help', '-.mount; id'])
    it(`checks: goes on neither with an unknown unit nor with an option: ${name}`, async () => {
      const { status, output } = await runStep(id, 'check', name);
      assert.ok(status !== 0 && status !== 10, output);
    });

  it('fails when the unit cannot be started', async () => {
    assert.equal((await runStep(id, 'fix', 'millwright-test-none.service')).status, 1);
    assert.equal((await runStep(id, 'verify', 'millwright-test-none.service')).status, 1);
  });
});
