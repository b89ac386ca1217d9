import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/cli/run.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** How one command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line, with a folder to work in. */
export class CliUnderTest {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'millwright-cli-'));
  readonly data: string = join(this.folder, 'data');

  /** Starts a command; the data folder is named by the environment. */
  start(...argv: string[]) {
    return spawn(process.execPath, [program, ...argv], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, MILLWRIGHT_DATA: this.data, NO_COLOR: '1' },
    });
  }

  /** Runs a command in this process: the program's own way, with streams that are read afterwards. */
  async run(argv: readonly string[], input = ''): Promise<Ended> {
    const written = { out: '', err: '' };
    const collect = (name: 'out' | 'err') =>
      new Writable({
        write(chunk, _encoding, done) {
          written[name] += String(chunk);
          done();
        },
      });
    const data = argv.includes('--data') ? [] : ['--data', this.data];
    const code = await runCommand([...argv, ...data], {
      out: collect('out'),
      err: collect('err'),
      in: Readable.from([input]),
      environment: {},
      clock: { now: () => Date.now() },
      operator: 'console:test',
    });
    return { code, ...written };
  }

  /** Runs a command as a program of its own, whose data folder the environment names. */
  async runProgram(...argv: string[]): Promise<Ended> {
    const child = this.start(...argv);
    child.stdin.end();
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, out, err };
  }

  /** Runs a command that must succeed, and reads its JSON. */
  async json(...argv: string[]) {
    const { code, out, err } = await this.run([...argv, '--json']);
    if (code !== 0) throw new Error(`millwright ${argv.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
