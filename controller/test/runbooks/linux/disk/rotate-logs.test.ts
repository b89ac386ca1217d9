import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { run, runStepWith } from '../../run-step.ts';
import { Scratch } from '../../scratch.ts';

const id = 'linux/disk/rotate-logs';

describe('linux/disk/rotate-logs', () => {
  let scratch: Scratch;
  let installed: boolean;
  before(async () => {
    installed = (await run('/bin/sh', ['-c', 'command -v logrotate'])).status === 0;
  });
  beforeEach(() => {
    scratch = new Scratch();
    for (const folder of ['log', 'etc', 'lib/logrotate'])
      mkdirSync(scratch.path(folder), { recursive: true });
    writeFileSync(scratch.path('etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
    writeFileSync(scratch.path('etc/group'), 'root:x:0:\n');
    writeFileSync(
      scratch.path('etc/logrotate.conf'),
      '/var/log/app.log {\n  weekly\n  rotate 2\n  missingok\n  su root root\n}\n',
      { mode: 0o644 },
    );
  });
  afterEach(() => scratch.remove());

  const step = (name: string, ...args: string[]) =>
    runStepWith(
      { '/var/log': scratch.path('log'), '/var/lib': scratch.path('lib'), '/etc': scratch.path('etc') },
      id,
      name,
      ...args,
    );

  it('rotates a log that is not due, or refuses where logrotate is not installed', async () => {
    scratch.file('log/app.log', 5);
    const check = await step('check', '/var/log');
    assert.equal(check.status, installed ? 0 : 3, check.output);
    const fix = await step('fix');
    assert.equal(fix.status, installed ? 0 : 127, fix.output);
    assert.deepEqual(scratch.files('log'), installed ? ['app.log.1'] : ['app.log']);
  });

  it('checks: must not run for another filesystem', async () => {
    assert.equal((await step('check', '/proc')).status, 3);
  });
});
