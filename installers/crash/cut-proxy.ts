import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly agent: Socket;
  readonly controller: Socket;
}

/**
 * The wire between agents and controller: one port that stays while controllers come and go behind it, and that can be cut.
 * A connection that comes while there is no controller waits for the next one.
 */
export class CutProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #halves = new Set<Socket>();
  readonly #waiting = new Set<Socket>();
  #target: number | undefined;

  constructor() {
    this.#server = createServer((agent) => this.#arrived(agent));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('the wire has no port');
    return address.port;
  }

  /** Where the controller listens now; undefined while there is none. */
  leadTo(port: number | undefined): void {
    this.#target = port;
    if (port === undefined) return;
    for (const agent of this.#waiting) this.#join(agent, port);
    this.#waiting.clear();
  }

  /** How many connections there are to cut. */
  get connections(): number {
    return this.#pairs.size;
  }

  /**
   * Cuts one connection. `reset` lets both ends know; `half-open` lets only the agent know, so that the controller still
   * believes in it when the agent comes back.
   */
  cut(index: number, how: 'reset' | 'half-open'): void {
    const pair = [...this.#pairs][index];
    if (pair === undefined) return;
    this.#pairs.delete(pair);
    pair.agent.unpipe().removeAllListeners('close').destroy();
    pair.controller.unpipe();
    if (how === 'reset') pair.controller.destroy();
    else this.#halves.add(pair.controller.pause());
  }

  /** Lets go of all connections and ends. */
  close(): void {
    this.#server.close();
    for (const { agent, controller } of this.#pairs) for (const end of [agent, controller]) end.destroy();
    for (const end of [...this.#halves, ...this.#waiting]) end.destroy();
  }

  #arrived(agent: Socket): void {
    agent.on('error', () => agent.destroy());
    if (this.#target !== undefined) {
      this.#join(agent, this.#target);
      return;
    }
    this.#waiting.add(agent);
    agent.once('close', () => this.#waiting.delete(agent));
  }

  #join(agent: Socket, port: number): void {
    if (agent.destroyed) return;
    const controller = connect(port, '127.0.0.1');
    const pair = { agent, controller };
    this.#pairs.add(pair);
    controller.on('error', () => controller.destroy());
    agent.once('close', () => {
      this.#pairs.delete(pair);
      controller.destroy();
    });
    controller.once('close', () => {
      this.#halves.delete(controller);
      agent.destroy();
    });
    agent.pipe(controller);
    controller.pipe(agent);
  }
}
