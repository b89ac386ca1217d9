import { X509Certificate } from 'node:crypto';
import type { Clock } from '@millwright/shared/clock';
import {
  type AgentMessage,
  type ControllerMessage,
  closeFor,
  FrameError,
  MAX_FRAME_BYTES,
  type Policy,
  PROTOCOL_VERSION,
  parseControllerFrame,
  SUBPROTOCOL,
} from '@millwright/shared/protocol';
import type { LinkReading, Reading } from '@millwright/shared/readings';
import { type RawData, WebSocket } from 'ws';
import type { Identity } from '../config/index.ts';
import type { Outbox } from '../outbox/index.ts';
import { type Backoff, defaultBackoff, delayBefore } from './backoff.ts';
import { partsOf } from './parts.ts';
import { RoundTrips } from './round-trips.ts';

/** A file of the catalogue was asked for while there is no link, or the link went while it was asked. */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
  readonly code = 'link-down';
}

/** What the link tells of the host in its first message. */
export interface HostFacts {
  readonly agentVersion: string;
  readonly hostname: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: string;
  readonly bootTime: number;
}

export interface LinkParts {
  readonly identity: () => Identity;
  readonly host: () => HostFacts;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly auditHead: () => string;
  /** All present readings, for the first snapshot of a connection. */
  readonly allReadings: () => readonly Reading[];
  readonly onPolicy: (policy: Policy) => void;
  /** The envelope's bytes, exactly as sent. */
  readonly onWarrant: (envelope: Buffer) => void;
  readonly onCertificate: (pem: string) => void;
  readonly onCatalogueChanged: () => void;
  /** The controller has forgotten events that it had: it was restored from a backup. Asked before any further event is sent. */
  readonly onForgotten: () => void;
  /** The controller has greeted this endpoint; files can be fetched. */
  readonly onConnected: () => void;
  readonly onReading: (reading: LinkReading) => void;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
  readonly random: () => number;
  readonly backoff?: Backoff;
  readonly patience?: Patience;
}

/** How long a connection may be silent. */
export interface Patience {
  /** From the start of a connection until the controller has greeted this endpoint. Milliseconds. */
  readonly welcomeMs: number;
  /** Between two measurements of the round trip. A connection that says nothing over two of them is given up. Milliseconds. */
  readonly pingMs: number;
}

const defaultPatience: Patience = { welcomeMs: 15_000, pingMs: 10_000 };
/** Pings that may stay without any answer. */
const silentPings = 2;
/** How long the answer to a fetch may take. Milliseconds. */
const fetchMs = 15_000;
const renewBeforeMs = 10 * 86_400_000;
/**
 * For how long what is acknowledged is gathered before it is forgotten. Forgetting is a commit, and so flushes the disk, four
 * times; done at once it would hold up the run whose events were acknowledged. Milliseconds.
 */
const forgetMs = 250;

/** The agent's one connection: mutual TLS 1.3, resumed from the last acknowledged event, made again whenever it ends. */
export class Link {
  readonly #parts: LinkParts;
  readonly #trips = new RoundTrips();
  #socket: WebSocket | undefined;
  #welcomed = false;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;
  /** Watches for silence: for the welcome, then for anything at all. */
  #ping: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #stopped = false;
  /** The last event handed to this connection. */
  #sent = 0;
  /** The last event that is known to be committed on the controller, and is to be forgotten here. */
  #acknowledged = 0;
  #forgetting: NodeJS.Timeout | undefined;
  #fetchId = 0;
  readonly #fetches = new Map<
    number,
    { resolve: (file: Buffer | null) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }
  >();

  constructor(parts: LinkParts) {
    this.#parts = parts;
    parts.outbox.onAppend(() => this.#sendEvents());
  }

  start(): void {
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#ping);
    this.#forget();
    this.#socket?.close(1000, 'agent-stopping');
    this.#failFetches('the agent is stopping');
  }

  get connected(): boolean {
    return this.#welcomed;
  }

  get #patience(): Patience {
    return this.#parts.patience ?? defaultPatience;
  }

  /** Sends what changed, if there is a link; a new link begins with all of it. */
  sendReadings(readings: readonly Reading[], gone: readonly string[]): void {
    if (!this.#welcomed) return;
    for (const part of partsOf(readings))
      this.#send({ type: 'snapshot', full: false, readings: part, gone: [] });
    for (const part of partsOf(gone)) this.#send({ type: 'snapshot', full: false, readings: [], gone: part });
  }

  /**
   * One file of the catalogue, or null where the controller has none.
   * @throws LinkDown
   */
  fetchFile(path: string): Promise<Buffer | null> {
    if (!this.#welcomed)
      return Promise.reject(new LinkDown(`no link to the controller; ${path} was not fetched`));
    const id = this.#fetchId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fetches.delete(id);
        reject(new LinkDown(`the controller did not send ${path} in time`));
      }, fetchMs);
      this.#fetches.set(id, { resolve, reject, timer });
      this.#send({ type: 'fetch', id, path });
    });
  }

  #connect(): void {
    const { controller, certificate, privateKey, ca } = this.#parts.identity();
    const socket = new WebSocket(`wss://${controller}/agent`, SUBPROTOCOL, {
      cert: certificate,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      ca,
      minVersion: 'TLSv1.3',
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: 15_000,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    // A route that is gone (a NAT entry that ran out, a controller that was unplugged) tells nobody, and TCP takes a quarter of an hour.
    this.#ping = setTimeout(() => this.#giveUp(socket, 'no welcome'), this.#patience.welcomeMs);
    socket.on('open', () => this.#hello());
    socket.on('message', (data, isBinary) => this.#receive(socket, data, isBinary));
    socket.on('ping', () => {
      this.#unanswered = 0;
    });
    // 'close' always follows, and says when to try again.
    socket.on('error', (error) => this.#parts.log('link failed', { controller, error: error.message }));
    socket.on('unexpected-response', (request, response) => {
      response.setEncoding('utf8').once('data', (text: string) =>
        this.#parts.log('the controller refused the connection', {
          controller,
          code: text.trim().slice(0, 64),
        }),
      );
      request.destroy();
      this.#closed(socket);
    });
    socket.on('close', () => this.#closed(socket));
  }

  #hello(): void {
    const { host, outbox, auditHead } = this.#parts;
    const { agentVersion, hostname, platform, arch, bootTime } = host();
    this.#send({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      stream: outbox.stream,
      agentVersion,
      hostname,
      platform,
      arch,
      bootTime,
      auditHead: auditHead(),
    });
  }

  #closed(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#welcomed = false;
    clearInterval(this.#ping);
    this.#failFetches('the link went');
    if (this.#stopped) return;
    this.#retry = setTimeout(
      () => this.#connect(),
      delayBefore(this.#attempt, this.#parts.random(), this.#parts.backoff ?? defaultBackoff),
    );
    this.#attempt += 1;
  }

  #giveUp(socket: WebSocket, why: string): void {
    this.#parts.log('the link is silent and is made again', {
      controller: this.#parts.identity().controller,
      why,
    });
    // Not closed politely: nobody would answer.
    socket.terminate();
  }

  #receive(socket: WebSocket, data: RawData, isBinary: boolean): void {
    this.#unanswered = 0;
    try {
      const bytes = Array.isArray(data)
        ? Buffer.concat(data)
        : Buffer.isBuffer(data)
          ? data
          : Buffer.from(data);
      this.#handle(socket, parseControllerFrame(bytes, isBinary));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#parts.log('frame refused', { code: error.code, reason: error.message });
      const { code, reason } = closeFor(error);
      socket.close(code, reason);
    }
  }

  #handle(socket: WebSocket, message: ControllerMessage): void {
    const { onPolicy, onWarrant, onCertificate, onCatalogueChanged } = this.#parts;
    switch (message.type) {
      case 'welcome':
        this.#welcome(socket, message);
        break;
      case 'ack':
        this.#acknowledge(Math.min(message.seq, this.#sent));
        break;
      case 'policy':
        onPolicy(message.policy);
        break;
      case 'warrant':
        onWarrant(Buffer.from(message.envelope, 'base64'));
        break;
      case 'file':
        this.#fetched(message.id, message.content === null ? null : Buffer.from(message.content, 'base64'));
        break;
      case 'pong':
        this.#trips.answered(message.id, performance.now());
        break;
      case 'renewed':
        onCertificate(message.certificate);
        break;
      case 'catalogue-changed':
        onCatalogueChanged();
        break;
    }
  }

  #fetched(id: number, file: Buffer | null): void {
    const waiting = this.#fetches.get(id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#fetches.delete(id);
    waiting.resolve(file);
  }

  #welcome(socket: WebSocket, { ackedSeq, policy }: Extract<ControllerMessage, { type: 'welcome' }>): void {
    const { allReadings, onPolicy, onForgotten, onConnected, outbox, log } = this.#parts;
    if (ackedSeq > outbox.last()) {
      // This endpoint was set back (a snapshot of a virtual machine): what it tells now would pass for what it told before.
      this.#forget();
      outbox.rename();
      log('this endpoint was set back to an earlier state; its events begin anew', {
        acknowledged: ackedSeq,
      });
      socket.close(1000, 'agent-set-back');
      return;
    }
    this.#welcomed = true;
    this.#attempt = 0;
    this.#acknowledge(ackedSeq);
    this.#sent = ackedSeq;
    onPolicy(policy);
    if (ackedSeq < outbox.forgotten() && !outbox.holds('conditions-standing')) onForgotten();
    const [first = [], ...more] = partsOf(allReadings());
    this.#send({ type: 'snapshot', full: true, readings: first, gone: [] });
    for (const part of more) this.#send({ type: 'snapshot', full: false, readings: part, gone: [] });
    this.#sendEvents();
    onConnected();
    clearTimeout(this.#ping);
    this.#unanswered = 0;
    this.#measure();
    this.#ping = setInterval(() => {
      this.#unanswered += 1;
      if (this.#unanswered > silentPings) this.#giveUp(socket, `${silentPings} pings without an answer`);
      else this.#measure();
    }, this.#patience.pingMs);
    const { certificate } = this.#parts.identity();
    if (new X509Certificate(certificate).validToDate.getTime() - this.#parts.clock.now() < renewBeforeMs)
      this.#send({ type: 'renew' });
  }

  /** The agent may end before it has forgotten: each welcome says again how far the controller has come. */
  #acknowledge(seq: number): void {
    if (this.#stopped) return;
    this.#acknowledged = seq;
    this.#forgetting ??= setTimeout(() => this.#forget(), forgetMs);
  }

  /** What cannot be forgotten now, as on a full disk, is forgotten with a later acknowledgement; the controller knows it. */
  #forget(): void {
    if (this.#forgetting === undefined) return;
    clearTimeout(this.#forgetting);
    this.#forgetting = undefined;
    const seq = this.#acknowledged;
    try {
      this.#parts.outbox.acknowledge(seq);
    } catch (error) {
      this.#parts.log("cannot write to the agent's state; free some space on its disk", {
        what: `acknowledgement of event ${seq}`,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #sendEvents(): void {
    if (!this.#welcomed) return;
    for (;;) {
      const events = this.#parts.outbox.after(this.#sent);
      const last = events.at(-1);
      if (last === undefined) return;
      this.#sent = last.seq;
      this.#send({ type: 'events', events });
    }
  }

  #measure(): void {
    const { reading, id } = this.#trips.next(this.#parts.clock.now(), performance.now());
    if (reading !== undefined) this.#parts.onReading(reading);
    this.#send({ type: 'ping', id });
  }

  #failFetches(why: string): void {
    for (const { reject, timer } of this.#fetches.values()) {
      clearTimeout(timer);
      reject(new LinkDown(`catalogue not fetched: ${why}`));
    }
    this.#fetches.clear();
  }

  #send(message: AgentMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
