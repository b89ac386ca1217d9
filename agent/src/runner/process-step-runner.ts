import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Platform } from '@millwright/shared/runbook';
import type { StepReport } from '@millwright/shared/trust';
import { environmentFor } from './environment.ts';
import { invocationOf } from './interpreter.ts';
import { OutputTail } from './output-tail.ts';
import type { StepOrder, StepRunner } from './step-runner.ts';
import { type PidCount, type ProcessTree, processTreeFor } from './tree/index.ts';

/** Starts a process. There is no way here to ask for a shell. */
export type StartProcess = (
  file: string,
  args: readonly string[],
  options: SpawnOptions & { shell: false },
) => ChildProcess;

export interface StepRunnerOptions {
  readonly platform: Platform;
  /** Windows' folder, as the service manager gives it; checked before it is used. */
  readonly systemRoot?: string;
  readonly start?: StartProcess;
  /** How long a process may take to end once it was killed. Milliseconds. */
  readonly endingMs?: number;
}

/** How long output may still come after all processes ended, when one that was left keeps the pipe open. Ms. */
const OUTPUT_GRACE_MS = 200;

/** After so long the kernel does not end a killed process: it waits for a device, or for a server of files that is gone. Ms. */
const ENDING_MS = 10_000;

type Ending = Pick<StepReport, 'ended' | 'exitCode'>;

/** Runs steps as real processes. */
export class ProcessStepRunner implements StepRunner {
  readonly #platform: Platform;
  readonly #systemRoot: string;
  readonly #start: StartProcess;
  readonly #tree: ProcessTree;
  readonly #endingMs: number;

  constructor({ platform, systemRoot = '', start = spawn, endingMs = ENDING_MS }: StepRunnerOptions) {
    this.#platform = platform;
    this.#systemRoot = systemRoot;
    this.#start = start;
    this.#tree = processTreeFor(platform, systemRoot);
    this.#endingMs = endingMs;
  }

  async run(order: StepOrder): Promise<StepReport> {
    const began = performance.now();
    const tail = new OutputTail(order.outputBytes);
    const ending = await this.#execute(order, tail);
    return {
      step: order.step,
      ...ending,
      ms: Math.round((performance.now() - began) * 1000) / 1000,
      ...tail.read(),
    };
  }

  endLeftovers(marker: string): boolean {
    return this.#tree.endMarked(marker);
  }

  #execute(order: StepOrder, tail: OutputTail): Promise<Ending> {
    const { file, arguments: args, input } = invocationOf(order, this.#systemRoot);
    const before = this.#tree.mark();
    let child: ChildProcess;
    try {
      child = this.#start(file, args, {
        cwd: this.#platform === 'win32' ? 'C:\\' : '/',
        env: environmentFor(this.#platform, order.marker, this.#systemRoot),
        stdio: ['pipe', 'pipe', 'pipe'],
        // A session and process group of its own, so that all of it can be ended at once.
        detached: this.#platform !== 'win32',
        windowsHide: true,
        shell: false,
      });
    } catch (error) {
      return Promise.resolve(couldNotStart(error, tail));
    }
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => tail.write(chunk));
    // A script that does not read its input may close it: that is its right.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    return this.#ending(child, order, tail, () => this.#endTree(child, order.marker, before));
  }

  #ending(child: ChildProcess, order: StepOrder, tail: OutputTail, endTree: () => void): Promise<Ending> {
    return new Promise((resolve) => {
      let timedOut = false;
      let timer = setTimeout(() => {
        timedOut = true;
        endTree();
        // It must not hold up every other run until the machine is started anew.
        timer = setTimeout(() => {
          tail.write(Buffer.from('\nit was killed and does not end: it waits in the kernel'));
          child.stdout?.destroy();
          child.stderr?.destroy();
          child.unref();
          resolve({ ended: 'timed-out', exitCode: null });
        }, this.#endingMs);
      }, order.timeoutMs);
      child.once('error', (error) => {
        clearTimeout(timer);
        if (child.pid === undefined) resolve(couldNotStart(error, tail));
      });
      child.once('exit', (exitCode, signal) => {
        clearTimeout(timer);
        const endedByItself = !timedOut && signal === null;
        if (!(order.detaches && endedByItself)) endTree();
        const ending: Ending = timedOut
          ? { ended: 'timed-out', exitCode: null }
          : signal !== null
            ? { ended: 'killed', exitCode: null }
            : { ended: 'exited', exitCode };
        const grace = setTimeout(() => {
          child.stdout?.destroy();
          child.stderr?.destroy();
        }, OUTPUT_GRACE_MS);
        child.once('close', () => {
          clearTimeout(grace);
          resolve(ending);
        });
      });
    });
  }

  #endTree(child: ChildProcess, marker: string, before: PidCount): void {
    if (child.pid !== undefined && (this.#platform !== 'win32' || child.exitCode === null))
      this.#tree.endGroup(child.pid);
    this.#tree.endMarked(marker, before);
  }
}

function couldNotStart(error: unknown, tail: OutputTail): Ending {
  tail.write(Buffer.from(`could not start: ${error instanceof Error ? error.message : error}`));
  return { ended: 'could-not-start', exitCode: null };
}
