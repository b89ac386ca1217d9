import assert from 'node:assert/strict';
import { ManagedHost } from './on-hosts/managed-host.ts';

describe('the installed package', function () {
  this.timeout(600_000);

  it('waits for its enrolment, starts by it, and goes without a trace', async () => {
    await using managed = await ManagedHost.bare({ name: 'installed', autonomous: [] });
    const { host } = managed;

    const installed = await managed.install();
    assert.match(installed, /^To enrol this endpoint: millwright-agent enrol --bundle /m);
    assert.equal((await host.run('systemctl', 'is-enabled', 'millwright-agent')).trim(), 'enabled');
    assert.equal(
      (await host.attempt('systemctl', 'is-active', 'millwright-agent')).stdout.trim(),
      'inactive',
    );
    assert.equal((await host.attempt('systemctl', 'is-system-running')).stdout.trim(), 'running');
    assert.match(await host.run('millwright-agent', 'status'), /not enrolled/);
    assert.equal((await host.run('stat', '-c', '%a %U', '/etc/millwright/agent.json')).trim(), '600 root');

    assert.match(await managed.enrol(), /^Enrolled as endpoint /);
    assert.equal((await host.run('systemctl', 'is-active', 'millwright-agent')).trim(), 'active');
    assert.equal((await host.run('stat', '-c', '%a %U', '/var/lib/millwright')).trim(), '700 root');
    assert.equal((await host.run('stat', '-c', '%a', '/var/lib/millwright/identity.json')).trim(), '600');
    // A token counts once.
    await host.run('rm', '-r', '/var/lib/millwright/identity.json');
    const again = await host.attempt('millwright-agent', 'enrol', '--bundle', managed.bundle);
    assert.equal(again.code, 3, again.stderr);

    await host.run('dpkg', '--purge', 'millwright-agent');
    for (const path of [
      '/var/lib/millwright',
      '/etc/millwright',
      '/usr/lib/millwright',
      '/usr/bin/millwright-agent',
    ])
      assert.notEqual((await host.attempt('test', '-e', path)).code, 0, `${path} is gone`);
    assert.equal((await host.attempt('pgrep', '-f', 'millwright-agent')).stdout, '');
    assert.equal((await host.attempt('systemctl', 'is-system-running')).stdout.trim(), 'running');
  });

  it('needs nothing but what it depends on: no source, no packages, no folder, no environment', async () => {
    await using managed = await ManagedHost.bare({ name: 'empty', autonomous: [] });
    const { host } = managed;
    await managed.install();
    const hostile = ['NODE_OPTIONS=--require=/root/evil.cjs', 'NODE_PATH=/root'];
    const evil = 'require("fs").writeFileSync("/root/loaded", "")';
    await host.run('sh', '-c', `printf '%s' '${evil}' > /root/evil.cjs`);
    const version = await host.run(
      'env',
      '--ignore-environment',
      '--chdir=/',
      ...hostile,
      '/usr/lib/millwright/millwright-agent',
      'version',
    );
    assert.match(version, /^\d+\.\d+\.\d+\n$/);
    assert.notEqual(
      (await host.attempt('test', '-e', '/root/loaded')).code,
      0,
      'NODE_OPTIONS loads nothing into it',
    );
  });
});
