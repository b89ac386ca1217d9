import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LiveChange } from '@millwright/shared/api';
import { Installation } from '../harness/installation.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('a command beside a running controller', function () {
  this.timeout(60_000);
  let installation: Installation;
  before(async () => {
    installation = await Installation.create();
  });
  after(() => installation.remove());

  it('is told to whoever watches', async () => {
    const told = new Promise<LiveChange>((resolve) => installation.controller.live.subscribe(resolve));
    await promisify(execFile)(process.execPath, [
      program,
      ...['kill-switch', 'on', '--reason', 'drill', '--data', installation.dataDir],
    ]);
    assert.deepEqual(await told, { changed: 'everything' });
  });
});
