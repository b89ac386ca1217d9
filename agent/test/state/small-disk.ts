import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A filesystem of its own (tmpfs) that can be filled to the last byte. Needs root. */
export class SmallDisk {
  readonly path: string = mkdtempSync(join(tmpdir(), 'millwright-disk-'));
  readonly ballast: string = join(this.path, 'ballast');

  constructor(mebibytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', this.path]);
  }

  /** Not one block is left when it returns. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
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

  get freeBlocks(): number {
    return statfsSync(this.path).bavail;
  }

  free(): void {
    rmSync(this.ballast, { force: true });
  }

  remove(): void {
    execFileSync('umount', ['-l', this.path]);
    rmdirSync(this.path);
  }
}
