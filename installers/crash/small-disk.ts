import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A filesystem of its own (tmpfs) that can be filled to the last byte. Needs root. */
export class SmallDisk {
  readonly path: string = mkdtempSync(join(tmpdir(), 'millwright-disk-'));
  readonly #ballast = join(this.path, 'ballast');

  constructor(megabytes: number) {
    run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.path]);
  }

  fill(): void {
    const file = openSync(this.#ballast, 'a');
    try {
      for (let block = Buffer.alloc(65_536); block.length > 0; ) {
        try {
          writeSync(file, block);
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
          block = block.subarray(0, Math.floor(block.length / 2));
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  remove(): void {
    run('umount', ['-l', this.path]);
    rmdirSync(this.path);
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}
