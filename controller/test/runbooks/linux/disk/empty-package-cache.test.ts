import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { runStepWith } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'linux/disk/empty-package-cache';

describe('linux/disk/empty-package-cache (apt)', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    mkdirSync(scratch.path('apt/archives/partial'), { recursive: true });
  });
  afterEach(() => scratch.remove());

  const step = (name: string, mount: string) =>
    runStepWith({ '/var/cache/apt': scratch.path('apt') }, id, name, mount);

  it('empties the cache', async () => {
    scratch.file('apt/archives/hello_2.10-3_amd64.deb', 5);
    assert.equal((await step('check', '/var/cache/apt')).status, 0);
    const { status, output } = await step('fix', '/var/cache/apt');
    assert.equal(status, 0, output);
    assert.deepEqual(
      scratch.files('apt').filter((name) => name.endsWith('.deb')),
      [],
    );
    assert.equal((await step('check', '/var/cache/apt')).status, 3);
  });

  it('leaves a cache alone that lies on another filesystem', async () => {
    scratch.file('apt/archives/hello_2.10-3_amd64.deb', 5);
    assert.equal((await step('check', '/proc')).status, 3);
    assert.equal((await step('fix', '/proc')).status, 0);
    assert.ok(scratch.files('apt').includes('archives/hello_2.10-3_amd64.deb'));
  });
});
