import type { Clock } from '@millwright/shared/clock';
import {
  type AgentMessage,
  type ControllerMessage,
  closeFor,
  FrameError,
  type Policy,
  PROTOCOL_VERSION,
  parseAgentFrame,
} from '@millwright/shared/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Store } from '../store/index.ts';
import type { Admitted } from './admission.ts';
import type { Ingest } from './ingest.ts';

export interface ConnectionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly ingest: Ingest;
  readonly policyFor: (endpoint: string) => Promise<Policy>;
  /** A file of the published catalogue (`metadata/…`, `targets/…`). */
  readonly catalogueFile: (path: string) => Promise<Buffer | null>;
  readonly renewCertificate: (endpoint: string) => Promise<string>;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
}

/** A peer that does not answer a WebSocket ping within this time is gone. Milliseconds. */
const heartbeatMs = 15_000;

/** One agent's connection, from hello to close. Messages are handled in the order in which they came. */
export class Connection {
  readonly admitted: Admitted;
  readonly #socket: WebSocket;
  readonly #parts: ConnectionParts;
  readonly #heartbeat: NodeJS.Timeout;
  #stream: string | undefined;
  #work: Promise<void> = Promise.resolve();
  #alive = true;
  #failing = false;

  /** `ready` is called once, after hello was answered. */
  constructor(
    socket: WebSocket,
    admitted: Admitted,
    parts: ConnectionParts,
    ready: (connection: Connection) => Promise<void>,
  ) {
    this.admitted = admitted;
    this.#socket = socket;
    this.#parts = parts;
    socket.on('message', (data, isBinary) => {
      if (this.#failing) return;
      const message = this.#read(data, isBinary);
      if (message === undefined) return;
      // Events need no turn: the ingest keeps their order and commits many at once.
      if (message.type === 'events' && this.#stream !== undefined)
        void this.#events(message.events, this.#stream);
      else
        this.#work = this.#work
          .then(() => this.#handle(message, ready))
          .catch((error: unknown) => this.#failed(error));
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', (error) =>
      parts.log('connection failed', { endpoint: admitted.endpoint, error: error.message }),
    );
    this.#heartbeat = setInterval(() => {
      if (!this.#alive) socket.terminate();
      this.#alive = false;
      socket.ping();
    }, heartbeatMs);
    socket.on('close', () => clearInterval(this.#heartbeat));
  }

  send(message: ControllerMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Ends the connection; `reason` is a name, as in the protocol. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', listener);
  }

  #read(data: RawData, isBinary: boolean): AgentMessage | undefined {
    try {
      const bytes = Array.isArray(data)
        ? Buffer.concat(data)
        : Buffer.isBuffer(data)
          ? data
          : Buffer.from(data);
      return parseAgentFrame(bytes, isBinary);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#parts.log('frame refused', {
        endpoint: this.admitted.endpoint,
        code: error.code,
        reason: error.message,
      });
      const { code, reason } = closeFor(error);
      this.#socket.close(code, reason);
      return undefined;
    }
  }

  async #handle(message: AgentMessage, ready: (connection: Connection) => Promise<void>): Promise<void> {
    const { endpoint } = this.admitted;
    if (message.type === 'hello') {
      if (this.#stream !== undefined) return this.close(1008, 'hello-twice');
      await this.#welcome(message);
      return ready(this);
    }
    if (this.#stream === undefined) return this.close(1008, 'hello-missing');
    switch (message.type) {
      case 'events':
        return this.#events(message.events, this.#stream);
      case 'snapshot':
        return this.#parts.ingest.snapshot(endpoint, message);
      case 'fetch':
        return this.send({
          type: 'file',
          id: message.id,
          content: (await this.#parts.catalogueFile(message.path))?.toString('base64') ?? null,
        });
      case 'ping':
        return this.send({ type: 'pong', id: message.id });
      case 'renew':
        return this.send({ type: 'renewed', certificate: await this.#parts.renewCertificate(endpoint) });
    }
  }

  async #welcome(hello: Extract<AgentMessage, { type: 'hello' }>): Promise<void> {
    const { store, clock } = this.#parts;
    const { endpoint } = this.admitted;
    const ackedSeq = await store.write(async (tx) => {
      const known = await tx
        .selectFrom('endpoints')
        .select(['stream', 'lastSeq'])
        .where('id', '=', endpoint)
        .executeTakeFirstOrThrow();
      const last = known.stream === hello.stream ? known.lastSeq : await lastOf(tx, endpoint, hello.stream);
      await tx
        .updateTable('endpoints')
        .set({
          stream: hello.stream,
          lastSeq: last,
          hostname: hello.hostname,
          platform: hello.platform,
          arch: hello.arch,
          agentVersion: hello.agentVersion,
          bootAt: hello.bootTime,
          auditHead: hello.auditHead,
          lastSeenAt: clock.now(),
        })
        .where('id', '=', endpoint)
        .execute();
      return last;
    });
    this.#stream = hello.stream;
    this.send({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      endpoint,
      ackedSeq,
      time: clock.now(),
      policy: await this.#parts.policyFor(endpoint),
    });
  }

  async #events(events: Extract<AgentMessage, { type: 'events' }>['events'], stream: string): Promise<void> {
    try {
      await this.#parts.ingest.events({ endpoint: this.admitted.endpoint, stream }, events);
      const last = events.at(-1);
      if (last !== undefined) this.send({ type: 'ack', seq: last.seq });
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nothing was acknowledged: the agent keeps what it sent, and comes back. */
  #failed(error: unknown): void {
    this.#failing = true;
    this.#parts.log('message not committed; the agent will resend it', {
      endpoint: this.admitted.endpoint,
      error: String(error),
    });
    this.close(1011, 'not-committed');
  }
}

async function lastOf(
  tx: Parameters<Parameters<Store['write']>[0]>[0],
  endpoint: string,
  stream: string,
): Promise<number> {
  const { kept } = await tx
    .selectFrom('events')
    .select((eb) => eb.fn.max<number | null>('seq').as('kept'))
    .where('endpoint', '=', endpoint)
    .where('stream', '=', stream)
    .executeTakeFirstOrThrow();
  const cleared = await tx
    .selectFrom('clearedEvents')
    .select('seq')
    .where('endpoint', '=', endpoint)
    .where('stream', '=', stream)
    .executeTakeFirst();
  return Math.max(kept ?? 0, cleared?.seq ?? 0);
}
