import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeb } from '../src/build-deb.ts';
import { runTool } from '../src/tool.ts';

const contents = { version: '1.2.3', date: 1_700_000_000 };

describe('the Debian package', function () {
  this.timeout(60_000);
  let folder = '';
  let executable = '';
  let deb = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millwright-deb-test-'));
    executable = join(folder, 'agent');
    // The package does not look into its executable: a small one is packed as a large one is.
    await writeFile(executable, Buffer.alloc(300_000, 'not compressible by much: 0123456789abcdef'));
    deb = join(folder, 'first.deb');
    await buildDeb({ ...contents, executable }, deb);
  });

  after(() => rm(folder, { recursive: true }));

  it('is the same bytes when it is packed again, later and under another umask', async () => {
    const again = join(folder, 'again.deb');
    await chmod(executable, 0o700);
    const umask = process.umask(0o077);
    try {
      await buildDeb({ ...contents, executable }, again);
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(await readFile(again), await readFile(deb));
  });

  it('names itself and what it needs', async () => {
    const field = async (name: string): Promise<string> =>
      (await runTool('dpkg-deb', ['-f', deb, name])).trim();
    assert.equal(await field('Package'), 'millwright-agent');
    assert.equal(await field('Version'), '1.2.3');
    assert.equal(await field('Architecture'), 'amd64');
    assert.match(await field('Depends'), /\blibatomic1\b/);
    assert.match(await field('Depends'), /\blibstdc\+\+6\b/);
    assert.match(await field('Depends'), /\blibc6 \(>= 2\.28\)/);
    assert.equal(Number(await field('Installed-Size')) > 290, true);
  });

  it('installs these files, as root, with these modes', async () => {
    const listed = (await runTool('dpkg-deb', ['-c', deb]))
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    const found = listed
      .map(([mode, owner, , , , ...path]) => `${mode} ${owner} ${path.join(' ')}`)
      .filter((line) => !line.startsWith('d'));
    assert.deepEqual(found.toSorted(), [
      '-rw------- root/root ./etc/millwright/agent.json',
      '-rw-r--r-- root/root ./usr/lib/systemd/system/millwright-agent.path',
      '-rw-r--r-- root/root ./usr/lib/systemd/system/millwright-agent.service',
      '-rwxr-xr-x root/root ./usr/lib/millwright/millwright-agent',
      'lrwxrwxrwx root/root ./usr/bin/millwright-agent -> ../lib/millwright/millwright-agent',
    ]);
    for (const [mode] of listed.filter(([mode]) => mode?.startsWith('d'))) assert.equal(mode, 'drwxr-xr-x');
  });

  it("keeps an operator's configuration, and has scripts that a shell can read", async () => {
    const control = join(folder, 'control');
    await runTool('dpkg-deb', ['-e', deb, control]);
    assert.equal(await readFile(join(control, 'conffiles'), 'utf8'), '/etc/millwright/agent.json\n');
    for (const script of ['postinst', 'prerm', 'postrm']) {
      await runTool('sh', ['-n', join(control, script)]);
      assert.match(await readFile(join(control, script), 'utf8'), /^#!\/bin\/sh\nset -e\n/);
    }
  });
});
