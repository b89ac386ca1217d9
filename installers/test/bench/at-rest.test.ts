import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bytesOf, childTicksOf, MeasureError, measureAtRest } from '../../bench/at-rest.ts';
import { median } from '../../bench/figure.ts';

const MiB = 1024 * 1024;

describe('measuring an agent at rest', function () {
  this.timeout(30_000);

  it("reads the kernel's figures, whatever the process is called", () => {
    assert.equal(
      bytesOf('x [rollup]\nRss:               77932 kB\nPrivate_Dirty:     31780 kB\n', 'Private_Dirty'),
      31780 * 1024,
    );
    const stat = '7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 10 20 3 4 20 0 1 0 100 0 0';
    assert.equal(childTicksOf(stat), 7);
  });

  it('sees memory that a process has written, and time that it has used', async () => {
    const idle = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
    const heavy = spawn(process.execPath, [
      '-e',
      `const held = Buffer.alloc(${64 * MiB}, 1); console.log(held.length); for (;;) {}`,
    ]);
    try {
      for (const { stdout } of [idle, heavy]) await once(stdout, 'data');
      const { pid: idlePid } = idle;
      const { pid: heavyPid } = heavy;
      assert.ok(idlePid !== undefined && heavyPid !== undefined);
      const [rest, work] = await Promise.all([measureAtRest(idlePid, 3), measureAtRest(heavyPid, 3)]);
      assert.ok(median(work.privateDirtyBytes) - median(rest.privateDirtyBytes) > 60 * MiB);
      assert.ok(median(rest.residentBytes) > median(rest.privateDirtyBytes));
      assert.ok(median(work.cpuPercent) > median(rest.cpuPercent));
    } finally {
      idle.kill();
      heavy.kill('SIGKILL');
    }
  });

  it('says that the process is gone', async () => {
    const child = spawn('true');
    await once(child, 'close');
    const { pid } = child;
    assert.ok(pid !== undefined);
    await assert.rejects(
      measureAtRest(pid, 1),
      (error) => error instanceof MeasureError && error.code === 'process-gone',
    );
  });
});
