import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HostError, SystemdHost } from './index.ts';
import { hostCache } from './root-filesystem.ts';

/** All that a host could leave on this machine. */
function traces(): {
  mounts: string[];
  interfaces: string[];
  hosts: string[];
  leases: string[];
  folders: string[];
} {
  const hosts = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((command) => command.includes('systemd-nspawn') && command.includes(hostCache()));
  return {
    mounts: readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(hostCache())),
    interfaces: readdirSync('/sys/class/net').filter((name) => /^ve-mw\d+$/.test(name)),
    hosts,
    leases: existsSync(join(hostCache(), 'leases')) ? readdirSync(join(hostCache(), 'leases')) : [],
    folders: readdirSync(tmpdir()).filter((name) => name.startsWith('millwright-host-')),
  };
}

/** Whether a TCP connection from this machine gets through to the host; no answer within a second is a no. */
function reaches(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 });
    const answer = (reached: boolean) => (): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', answer(true)).once('timeout', answer(false)).once('error', answer(false));
  });
}

describe('a systemd host', function () {
  // The first one ever builds the root filesystem.
  this.timeout(300_000);

  it('boots, stops and starts a unit, and leaves nothing behind', async () => {
    const before = traces();
    const host = await SystemdHost.start({ name: 'units' });
    try {
      assert.equal((await host.run('hostname')).trim(), 'units');
      assert.equal((await host.run('systemctl', 'is-active', 'cron')).trim(), 'active');
      await host.run('systemctl', 'stop', 'cron');
      assert.equal((await host.attempt('systemctl', 'is-active', 'cron')).stdout.trim(), 'inactive');
      await host.run('systemctl', 'start', 'cron');
      assert.equal((await host.run('systemctl', 'is-active', 'cron')).trim(), 'active');
      assert.notDeepEqual(traces(), before, 'a running host is seen by the traces that the end is judged by');
    } finally {
      await host.stop();
    }
    assert.equal(existsSync(`/proc/${host.pid}`), false);
    assert.deepEqual(traces(), before);
  });

  it('takes files in, and gives each host a fresh system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millwright-copy-'));
    try {
      await writeFile(join(folder, 'note'), 'brought in');
      {
        await using first = await SystemdHost.start({ name: 'first' });
        const path = await first.copyIn(join(folder, 'note'));
        assert.equal(await first.run('cat', path), 'brought in');
        await first.run('rm', '-rf', '/usr/share/doc');
      }
      await using second = await SystemdHost.start({ name: 'second' });
      assert.notEqual((await second.attempt('cat', '/root/note')).code, 0);
      assert.equal((await second.attempt('test', '-d', '/usr/share/doc')).code, 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('loses and regains its link, each host its own', async () => {
    await using left = await SystemdHost.start({ name: 'left' });
    await using right = await SystemdHost.start({ name: 'right' });
    assert.notEqual(left.address, right.address);
    assert.notEqual(readlinkSync(`/proc/${left.pid}/ns/net`), readlinkSync(`/proc/${right.pid}/ns/net`));
    const server = createServer((socket) => socket.end('hello')).listen(0, '0.0.0.0');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const ask = (host: SystemdHost) =>
      host.attempt('timeout', '2', 'bash', '-c', `cat < /dev/tcp/${host.outside}/${address.port}`);
    try {
      assert.equal((await ask(left)).stdout, 'hello');
      await left.linkDown();
      assert.notEqual((await ask(left)).code, 0);
      assert.equal((await ask(right)).stdout, 'hello');
      await left.linkUp();
      // The neighbour has to be found again first.
      let answer = '';
      for (let tries = 0; tries < 10 && answer === ''; tries++) answer = (await ask(left)).stdout;
      assert.equal(answer, 'hello');
    } finally {
      server.close();
    }
    assert.equal(await reaches(left.address, 9), false);
  });

  it('says what failed on the host', async () => {
    await using host = await SystemdHost.start({ name: 'errors' });
    await assert.rejects(host.run('systemctl', 'start', 'nothing-of-this-name'), (error: unknown) => {
      assert.ok(error instanceof HostError);
      assert.equal(error.code, 'command-failed');
      assert.match(error.message, /nothing-of-this-name/);
      return true;
    });
  });

  for (const [how, end] of [
    ['an uncaught exception', 'throw new Error("on purpose")'],
    ['SIGINT', 'process.kill(process.pid, "SIGINT"); setInterval(() => {}, 1000)'],
    ['SIGKILL', 'process.kill(process.pid, "SIGKILL")'],
  ] as const) {
    it(`ends with its owner, by ${how}`, async () => {
      const before = traces();
      const script = `
        const { SystemdHost } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
        const host = await SystemdHost.start({ name: 'orphan' });
        console.log(host.pid);
        ${end}`;
      const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const pid = Number(await firstLine(owner));
      assert.ok(pid > 1);
      await gone(pid);
      const after = traces();
      assert.deepEqual(after.hosts, before.hosts);
      assert.deepEqual(after.interfaces, before.interfaces);
      assert.deepEqual(after.mounts, before.mounts);
      // A killed owner cannot tidy: its lease is void, and an empty exchange folder is all that stays.
      if (how === 'SIGKILL') {
        await using next = await SystemdHost.start({ name: 'next' });
        assert.equal((await next.run('hostname')).trim(), 'next');
        for (const folder of traces().folders)
          if (!before.folders.includes(folder))
            await rm(join(tmpdir(), folder), { recursive: true, force: true });
      } else assert.deepEqual(after, before);
    });
  }
});

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text;
}

async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (!existsSync(`/proc/${pid}`)) return;
    await delay(50);
  }
  assert.fail(`process ${pid}, the host's first, is still there`);
}
