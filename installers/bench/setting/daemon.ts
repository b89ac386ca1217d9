import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../bench-error.ts';
import { until } from '../until.ts';

/** A daemon that writes its process id into a file, and sleeps. */
export class Daemon {
  readonly name: string;
  readonly pidFile: string;
  readonly command: readonly string[];

  constructor(name: string, folder: string) {
    this.name = name;
    this.pidFile = join(folder, `${name}.pid`);
    this.command = ['/bin/sh', '-c', 'echo $$ >"$0"; exec sleep infinity', this.pidFile];
  }

  /** How the agent's configuration declares it. */
  get declaration() {
    return { name: this.name, pidFile: this.pidFile, command: this.command };
  }

  /** Its process id, where it runs. */
  get pid(): number | undefined {
    try {
      const pid = Number(readFileSync(this.pidFile, 'utf8'));
      if (pid <= 0) return undefined;
      process.kill(pid, 0);
      return pid;
    } catch {
      // No pidfile yet, or no such process: it does not run.
      return undefined;
    }
  }

  /** Starts it and waits until it is up. */
  async start(): Promise<void> {
    const [program = '', ...args] = this.command;
    spawn(program, args, { detached: true, stdio: 'ignore' }).unref();
    await until(`${this.name} starts`, () => this.pid);
  }

  kill(): void {
    const { pid } = this;
    if (pid === undefined)
      throw new BenchError('went-wrong', `${this.name} does not run, so it cannot be killed`);
    process.kill(pid, 'SIGKILL');
  }

  /** Ends it where it runs. */
  end(): void {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
}
