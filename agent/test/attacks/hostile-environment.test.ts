import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { harmless } from './arena/index.ts';

harmless(
  "the agent's own environment is hostile",
  async (arena) => {
    const startup = join(arena.folder, 'startup.sh');
    writeFileSync(startup, `echo owned >> '${arena.marker}'`);
    const hostile = {
      NODE_OPTIONS: '--version',
      LD_PRELOAD: startup,
      PATH: arena.folder,
      BASH_ENV: startup,
      ENV: startup,
      IFS: '/',
    };
    const before = { ...process.env };
    Object.assign(process.env, hostile);
    // Node hands this one on by itself, whatever a child's environment is to be; measuring coverage sets it.
    delete process.env.NODE_V8_COVERAGE;
    try {
      const report = await arena.honest();
      assert.equal(report.result.outcome, 'fixed');
      const names = report.steps[0]?.output.split('\n').map((line) => line.split('=')[0]);
      const allowed = ['HOME', 'LANG', 'MILLWRIGHT_RUN', 'PATH', 'PWD', 'TMPDIR', '_', ''];
      assert.deepEqual(
        names?.filter((name) => name !== undefined && !allowed.includes(name)),
        [],
      );
      assert.match(report.steps[0]?.output ?? '', /^PATH=\/usr\/sbin:\/usr\/bin:\/sbin:\/bin$/m);
    } finally {
      for (const name of Object.keys(hostile)) delete process.env[name];
      Object.assign(process.env, before);
    }
    assert.equal(arena.runs(), 0);
  },
  { files: () => ({ 'fix.sh': 'env' }) },
);
