import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';

export interface ProgramOptions {
  readonly name: string;
  /** A script for this Node, and its arguments. */
  readonly command: readonly string[];
  readonly logFile: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The line on standard output that says that it is up. */
  readonly upWhen: RegExp;
}

/** A program of the product in a process of its own: started, killed without a warning, and started again. */
export class Program {
  readonly name: string;
  /** Ends that nobody here caused, each with the last words of the process. */
  readonly crashes: string[] = [];
  startedAt = 0;
  /** What `upWhen` caught since the last start. */
  up: RegExpMatchArray | undefined;
  readonly #options: ProgramOptions;
  readonly #upListeners: ((match: RegExpMatchArray) => void)[] = [];
  #child: ChildProcess | undefined;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  onUp(listener: (match: RegExpMatchArray) => void): void {
    this.#upListeners.push(listener);
  }

  start(): void {
    if (this.#child !== undefined) throw new Error(`${this.name} runs already`);
    const { command, environment, logFile, upWhen } = this.#options;
    const child = spawn(process.execPath, command, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.up = undefined;
    this.startedAt = performance.now();
    let last = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        appendFileSync(logFile, text);
        last = `${last}${text}`.slice(-4000);
        const match = this.up === undefined && this.#child === child ? upWhen.exec(last) : null;
        if (match === null) return;
        this.up = match;
        for (const listener of this.#upListeners) listener(match);
      });
    child.once('close', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.up = undefined;
      this.crashes.push(`${this.name} ended by itself (${signal ?? code}): ${last.trim().slice(-1500)}`);
    });
  }

  /** SIGKILL: no handler runs, nothing is flushed. Resolves when the process is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** As a service manager stops it. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    this.up = undefined;
    const gone = once(child, 'exit');
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await gone;
    appendFileSync(this.#options.logFile, `--- ${signal}\n`);
  }
}
