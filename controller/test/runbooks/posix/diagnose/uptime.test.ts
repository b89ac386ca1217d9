import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { runStep } from '../../run-step.ts';

describe('posix/diagnose/uptime', () => {
  it('tells how long the host has been up', async () => {
    const { status, output } = await runStep('posix/diagnose/uptime', 'fix');
    assert.equal(status, 0);
    const told = Number(/^up (\d+\.\d+) seconds\n$/.exec(output)?.[1]);
    const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    assert.ok(told > 0 && told <= now, output);
  });
});
