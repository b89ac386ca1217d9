import assert from 'node:assert/strict';
import { invocationOf } from '../../src/runner/interpreter.ts';
import { orderOf } from './step-order.ts';

describe('invocationOf', () => {
  it('gives sh the script as one argument', () => {
    assert.deepEqual(invocationOf(orderOf('echo "$1"', { arguments: ['-x; id'], parameters: { a: 1 } })), {
      file: '/bin/sh',
      arguments: ['-c', 'echo "$1"', 'millwright', '-x; id'],
      input: '{"a":1}',
    });
  });

  it('gives PowerShell the same command line whatever the script and its arguments', () => {
    const one = invocationOf(
      orderOf('Get-Date', { interpreter: 'powershell', arguments: ['"; calc'] }),
      'C:\\Windows',
    );
    const other = invocationOf(orderOf('exit 3', { interpreter: 'powershell' }), 'C:\\Windows');
    assert.equal(one.file, 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
    assert.deepEqual(one.arguments, other.arguments);
    assert.deepEqual(JSON.parse(one.input), { script: 'Get-Date', arguments: ['"; calc'] });
  });

  it('starts PowerShell with a bootstrap that takes the script from standard input', () => {
    const { arguments: args } = invocationOf(orderOf('', { interpreter: 'powershell' }));
    assert.deepEqual(args.slice(0, 5), [
      '-NoProfile',
      '-NonInteractive',
      '-ExecutionPolicy',
      'Bypass',
      '-EncodedCommand',
    ]);
    const bootstrap = Buffer.from(args[5] ?? '', 'base64').toString('utf16le');
    assert.match(bootstrap, /OpenStandardInput/);
    assert.match(bootstrap, /\[ScriptBlock\]::Create\(\$order\.script\)/);
  });
});
