import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { runStepWith } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'linux/disk/vacuum-journal';

// Shrinking a real journal takes a running journald: the host tests do that.
describe('linux/disk/vacuum-journal', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    mkdirSync(scratch.path('log', 'journal'), { recursive: true });
  });
  afterEach(() => scratch.remove());

  const check = (mount: string) => runStepWith({ '/var/log': scratch.path('log') }, id, 'check', mount);

  it('checks: goes on where the journal lies on the filesystem that fills', async () => {
    scratch.file('log/journal/0123456789abcdef0123456789abcdef/system.journal', 5);
    const { status, output } = await check('/var/log');
    assert.equal(status, 0, output);
  });

  it('checks: must not run without a journal there, or for another filesystem', async () => {
    assert.equal((await check('/var/log')).status, 3);
    scratch.file('log/journal/0123456789abcdef0123456789abcdef/system.journal', 5);
    assert.equal((await check('/proc')).status, 3);
    assert.equal((await check('/nonexistent')).status, 3);
  });

  it('fails where no journald answers', async () => {
    mkdirSync(scratch.path('run'));
    const { status } = await runStepWith(
      { '/run': scratch.path('run'), '/var/log': scratch.path('log') },
      id,
      'fix',
      '/',
      '200',
    );
    assert.notEqual(status, 0);
  });
});
