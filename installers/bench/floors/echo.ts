import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { Child } from '../setting/child.ts';

const program = fileURLToPath(new URL('echo-program.ts', import.meta.url));

/** A bare `ws` echo, in a program of its own, that spawns a script and sends back what it printed. No TLS, no signature, no disk. */
export class EchoFloor implements AsyncDisposable {
  readonly #child: Child;
  readonly #socket: WebSocket;
  readonly #script: string;

  private constructor(child: Child, socket: WebSocket, script: string) {
    this.#child = child;
    this.#socket = socket;
    this.#script = script;
  }

  static async start(script: string): Promise<EchoFloor> {
    const child = new Child('the echo', process.execPath, [program]);
    const port = await child.line((line) => /^listening (\d+)$/.exec(line)?.[1]);
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    await once(socket, 'open');
    return new EchoFloor(child, socket, script);
  }

  /** Milliseconds from sending the script to having its output. */
  async roundTrip(): Promise<number> {
    const began = performance.now();
    const answered = once(this.#socket, 'message');
    this.#socket.send(this.#script);
    await answered;
    return performance.now() - began;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
    await this.#child[Symbol.asyncDispose]();
  }
}
