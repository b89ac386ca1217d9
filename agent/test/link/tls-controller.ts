import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AgentMessage,
  type ControllerMessage,
  defaultPolicy,
  parseAgentFrame,
  SUBPROTOCOL,
} from '@millwright/shared/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

type MessageOf<T extends AgentMessage['type']> = Extract<AgentMessage, { type: T }>;

/** One connection of an agent: what it said is kept until somebody asks for it. */
export class Peer {
  readonly socket: WebSocket;
  readonly #said: AgentMessage[] = [];
  #listener: () => void = () => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (Buffer.isBuffer(data)) this.#said.push(parseAgentFrame(data, isBinary));
      this.#listener();
    });
  }

  say(message: ControllerMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  greet(ackedSeq = 0): void {
    this.say({ type: 'welcome', protocol: 1, endpoint: 'e', ackedSeq, time: 0, policy: defaultPolicy });
  }

  /** The next message of a type, out of what was said and not asked for. */
  async heard<T extends AgentMessage['type']>(type: T): Promise<MessageOf<T>> {
    const is = (message: AgentMessage): message is MessageOf<T> => message.type === type;
    for (;;) {
      const at = this.#said.findIndex(is);
      const found = this.#said[at];
      if (found !== undefined && is(found)) {
        this.#said.splice(at, 1);
        return found;
      }
      await new Promise<void>((resolve) => {
        this.#listener = resolve;
      });
    }
  }
}

/** A door as the controller's: TLS 1.3 with client certificates. What it says is up to the test. */
export class TlsController {
  readonly ca: string;
  readonly clientKey: KeyObject;
  readonly clientCertificate: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #waiting: Peer[] = [];
  readonly #takers: ((peer: Peer) => void)[] = [];
  connections = 0;

  private constructor(pems: {
    ca: string;
    serverKey: string;
    serverCertificate: string;
    clientKey: string;
    clientCertificate: string;
  }) {
    this.ca = pems.ca;
    this.clientKey = createPrivateKey(pems.clientKey);
    this.clientCertificate = pems.clientCertificate;
    this.#server = createServer({
      key: pems.serverKey,
      cert: pems.serverCertificate,
      ca: pems.ca,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    });
    this.#sockets = new WebSocketServer({ server: this.#server, handleProtocols: () => SUBPROTOCOL });
    this.#sockets.on('connection', (socket) => {
      this.connections += 1;
      const peer = new Peer(socket);
      const taker = this.#takers.shift();
      if (taker === undefined) this.#waiting.push(peer);
      else taker(peer);
    });
  }

  static async listen(): Promise<TlsController> {
    const controller = new TlsController(makeCertificates());
    await new Promise<void>((resolve) => controller.#server.listen(0, '127.0.0.1', resolve));
    return controller;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('not listening');
    return address.port;
  }

  /** The next connection that was not taken yet. */
  next(): Promise<Peer> {
    const peer = this.#waiting.shift();
    return peer === undefined ? new Promise((resolve) => this.#takers.push(resolve)) : Promise.resolve(peer);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A CA, a server and a client, by the openssl program. */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-tls-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  try {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=test',
      '-days',
      '30',
    );
    const issue = (name: string, ...extra: string[]): void =>
      openssl(
        'req',
        '-x509',
        '-newkey',
        'ed25519',
        '-nodes',
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-subj',
        `/CN=${name}`,
        '-days',
        '30',
        '-addext',
        'basicConstraints=critical,CA:FALSE',
        ...extra,
      );
    issue('server', '-addext', 'subjectAltName=IP:127.0.0.1');
    issue('client');
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return {
      ca: read('ca.pem'),
      serverKey: read('server.key'),
      serverCertificate: read('server.pem'),
      clientKey: read('client.key'),
      clientCertificate: read('client.pem'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
