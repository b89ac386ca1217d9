import assert from 'node:assert/strict';
import { environmentFor } from '../../src/runner/environment.ts';

describe('environmentFor', () => {
  it('is the same whatever the agent was started with', () => {
    process.env.MILLWRIGHT_TEST = '1';
    const names = Object.keys(environmentFor('linux', 'run/fix')).sort();
    delete process.env.MILLWRIGHT_TEST;
    assert.deepEqual(names, ['HOME', 'LANG', 'MILLWRIGHT_RUN', 'PATH', 'TMPDIR']);
  });

  it('takes the drive of Windows from the service manager', () => {
    assert.equal(environmentFor('win32', 'run/fix', 'D:\\WINDOWS').SystemRoot, 'D:\\WINDOWS');
  });

  it('takes no other folder for Windows', () => {
    for (const hostile of [
      '',
      'C:\\Users\\mallory\\Windows',
      'C:\\Windows\\..\\x',
      '\\\\host\\Windows',
      'C:\\Windows;C:\\x',
    ]) {
      assert.equal(environmentFor('win32', 'run/fix', hostile).SystemRoot, 'C:\\Windows', hostile);
    }
  });
});
