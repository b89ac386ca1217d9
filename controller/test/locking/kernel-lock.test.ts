import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { takeLock } from '../../src/locking/index.ts';

const program = fileURLToPath(new URL('./hold-lock.ts', import.meta.url));

describe('a lock that the kernel holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-lock-'));
  const file = join(folder, 'lock');
  const children: ChildProcessByStdio<null, Readable, null>[] = [];
  const holder = async (): Promise<{ child: (typeof children)[number]; said: string }> => {
    const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [said] = await once(child.stdout, 'data');
    return { child, said: String(said).trim() };
  };
  const kill = async (child: (typeof children)[number]): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  after(async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) await kill(child);
    rmSync(folder, { recursive: true });
  });

  it('is one process’s alone, and free as soon as that process is killed', async () => {
    const first = await holder();
    assert.equal(first.said, 'held');
    assert.equal(takeLock(file), undefined);
    assert.equal((await holder()).said, 'refused');
    await kill(first.child);
    const release = takeLock(file);
    assert.ok(release);
    assert.equal((await holder()).said, 'refused');
    release();
    assert.equal((await holder()).said, 'held');
  });

  it('is held once within one process', () => {
    const own = join(folder, 'own');
    const release = takeLock(own);
    assert.equal(takeLock(own), undefined);
    release?.();
    assert.ok(takeLock(own));
  });

  it('says what is wrong where the file cannot be used', () => {
    assert.throws(() => takeLock(join(folder, 'missing', 'lock')), /unable to open/);
  });
});
