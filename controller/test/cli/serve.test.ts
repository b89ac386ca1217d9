import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CliUnderTest } from './cli-under-test.ts';

describe('millwright serve', function () {
  this.timeout(60_000);
  const cli = new CliUnderTest();
  const children: ChildProcessWithoutNullStreams[] = [];
  before(async () => {
    assert.equal((await cli.run(['init', '--agents', '127.0.0.1:0', '--web', '127.0.0.1:0'])).code, 0);
  });
  after(() => {
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    cli.remove();
  });

  /** A controller that says that it has started, or has ended. */
  const serve = async () => {
    const child = cli.start('serve', '--json');
    children.push(child);
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.on('close', (code, signal) => resolve(code ?? signal)),
    );
    const said = { log: '' };
    const announced = new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        said.log += String(chunk);
        if (said.log.includes('"started"')) resolve();
      });
    });
    await Promise.race([announced, ended]);
    return { child, ended, said };
  };

  it('runs until it is told to stop', async () => {
    const { child, ended, said } = await serve();
    const started = JSON.parse(said.log.split('\n').find((line) => line.includes('"started"')) ?? '');
    assert.match(started.dashboard, /^https:\/\/localhost:[1-9]\d*$/);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  });

  it('goes on where nobody reads its log any more', async () => {
    const { child } = await serve();
    const exited = once(child, 'exit');
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGTERM');
    // It has said "stopping" to nobody before it closed in order.
    assert.deepEqual(await exited, [0, null]);
  });

  it('is the only one on its data folder, until it ends or is killed', async () => {
    const first = await serve();
    assert.match(first.said.log, /"started"/);
    const second = await serve();
    assert.equal(await second.ended, 4);
    assert.deepEqual(JSON.parse(second.said.log), {
      error: {
        code: 'already-serving',
        message: `another controller serves ${cli.data}; stop it first, or name another folder with --data`,
      },
    });
    // Commands that write work beside it.
    assert.equal((await cli.run(['user', 'add', 'ann', '--no-password'])).code, 0);
    first.child.kill('SIGKILL');
    assert.equal(await first.ended, 'SIGKILL');
    const third = await serve();
    assert.match(third.said.log, /"started"/);
    third.child.kill('SIGTERM');
    assert.equal(await third.ended, 0);
  });

  it('ends, and says why, where another program has its port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    assert.ok(address !== null && typeof address === 'object');
    const file = join(cli.data, 'config.json');
    const before = readFileSync(file, 'utf8');
    try {
      writeFileSync(
        file,
        JSON.stringify({ ...JSON.parse(before), web: { host: '127.0.0.1', port: address.port } }),
      );
      const { ended, said } = await serve();
      assert.equal(await ended, 1);
      const { error } = JSON.parse(said.log);
      assert.equal(error.code, 'door-unusable');
      assert.match(error.message, /^cannot listen on 127\.0\.0\.1:\d+, the door for people \(.*EADDRINUSE/);
    } finally {
      writeFileSync(file, before);
      other.close();
    }
  });
});
