import assert from 'node:assert/strict';
import { runStep } from '../../run-step.ts';

const id = 'darwin/service/kickstart';

describe('darwin/service/kickstart', () => {
  it('checks: refuses a label that would name another domain', async () => {
    for (const label of ['../gui/501/x', 'a/b', '/']) {
      const { status, output } = await runStep(id, 'check', label);
      assert.equal(status, 3);
      assert.match(output, /is no label/);
    }
  });

  it('checks: must not run for a daemon that launchd does not know', async () => {
    assert.equal((await runStep(id, 'check', 'org.example.millwright-test-none')).status, 3);
  });
});
