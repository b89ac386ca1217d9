import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BenchError } from '../bench-error.ts';

/** A program of its own that a bench runs; its last words are kept for the error when it ends too early. */
export class Child implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly #name: string;
  #said: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();

  constructor(name: string, program: string, args: readonly string[]) {
    this.#name = name;
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    if (this.process.pid === undefined)
      throw new BenchError('went-wrong', `${name}: ${program} cannot be started`);
    this.pid = this.process.pid;
    for (const stream of [this.process.stdout, this.process.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => {
          this.#said = [...this.#said.slice(-20), line];
          for (const watcher of this.#watchers) watcher(line);
        });
  }

  /** The first line from now on in which `find` sees something. @throws BenchError `went-wrong` when it ends before. */
  line<T>(find: (line: string) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#watchers.delete(watcher);
        this.process.off('exit', ended);
      };
      const watcher = (line: string): void => {
        const found = find(line);
        if (found === undefined) return;
        settle();
        resolve(found);
      };
      const ended = (): void => {
        settle();
        reject(new BenchError('went-wrong', `${this.#name} ended too early: ${this.#said.join(' | ')}`));
      };
      this.#watchers.add(watcher);
      this.process.once('exit', ended);
    });
  }

  /** Ends it and waits until it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end('SIGTERM');
  }
}
