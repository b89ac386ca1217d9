import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import {
  type ControllerMessage,
  EnrolmentRequest,
  MAX_FRAME_BYTES,
  SUBPROTOCOL,
} from '@millwright/shared/protocol';
import { WebSocketServer } from 'ws';
import { type Enrolment, EnrolmentError, type KeyPair } from '../identity/index.ts';
import { admit } from './admission.ts';
import { Connection, type ConnectionParts } from './connection.ts';

const maxEnrolmentBytes = 16_384;
/** How long a peer has to answer that its connection is closed, in milliseconds. */
const closingMs = 2000;

export interface GatewayParts extends ConnectionParts {
  readonly tls: KeyPair & { readonly ca: string };
  readonly enrolment: Enrolment;
  /** An endpoint is connected and greeted. */
  readonly onConnected: (endpoint: string) => Promise<void>;
  readonly onDisconnected: (endpoint: string) => Promise<void>;
}

/** The agents' door: mutual TLS 1.3 and one WebSocket an endpoint. Enrolment is its one exception. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  readonly #connections = new Map<string, Connection>();
  /** Disconnections that are being written down. */
  readonly #recording = new Set<Promise<void>>();
  #closing = false;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#server = createServer(
      {
        cert: parts.tls.certificate,
        key: parts.tls.key,
        ca: parts.tls.ca,
        minVersion: 'TLSv1.3',
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void this.#request(request, response),
    );
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  /** @returns the port that it listens on. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  isConnected(endpoint: string): boolean {
    return this.#connections.has(endpoint);
  }

  /** The endpoints that are connected now. */
  connected(): readonly string[] {
    return [...this.#connections.keys()];
  }

  /** Sends to an endpoint if it is connected now; says whether it was. */
  send(endpoint: string, message: ControllerMessage): boolean {
    const connection = this.#connections.get(endpoint);
    connection?.send(message);
    return connection !== undefined;
  }

  broadcast(message: ControllerMessage): void {
    for (const connection of this.#connections.values()) connection.send(message);
  }

  /** Ends an endpoint's connection, as when it is revoked. */
  disconnect(endpoint: string, reason: string): void {
    this.#connections.get(endpoint)?.close(1008, reason);
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const connection of this.#connections.values()) connection.close(1001, 'controller-stopping');
    this.#sockets.close();
    this.#server.closeAllConnections();
    // Whoever has not greeted yet, or does not answer the closing, holds nothing up.
    const patience = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
    }, closingMs);
    await new Promise((resolve) => this.#server.close(resolve));
    clearTimeout(patience);
    await Promise.all(this.#recording);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refuse = (status: string, code: string): void => {
      this.#parts.log('connection refused', { code, from: request.socket.remoteAddress });
      socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${code}\n`);
    };
    socket.on('error', () => socket.destroy());
    try {
      if (request.url !== '/agent' || !(request.socket instanceof TLSSocket))
        return refuse('404 Not Found', 'not-found');
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes(SUBPROTOCOL)) return refuse('400 Bad Request', 'version-unknown');
      const admitted = await admit(request.socket, this.#parts.store, this.#parts.clock);
      if (typeof admitted === 'string') return refuse('403 Forbidden', admitted);
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new Connection(webSocket, admitted, this.#parts, (ready) => this.#ready(ready));
        connection.onClose(() => {
          const recorded = this.#closed(connection).finally(() => this.#recording.delete(recorded));
          this.#recording.add(recorded);
        });
      });
    } catch (error) {
      this.#parts.log('connection failed', { error: String(error) });
      refuse('503 Service Unavailable', 'store-unavailable');
    }
  }

  async #ready(connection: Connection): Promise<void> {
    const { endpoint } = connection.admitted;
    // It went while it was greeted: its close has been heard already, and nobody would take it out again.
    if (!connection.open) return;
    // A newer connection of the same key takes over: the older one is a half-open leftover, or a copy of the endpoint.
    this.#connections.get(endpoint)?.close(1008, 'replaced');
    this.#connections.set(endpoint, connection);
    await this.#parts.onConnected(endpoint);
  }

  async #closed(connection: Connection): Promise<void> {
    const { endpoint } = connection.admitted;
    if (this.#connections.get(endpoint) !== connection) return;
    this.#connections.delete(endpoint);
    if (!this.#closing)
      await this.#parts
        .onDisconnected(endpoint)
        .catch((error: unknown) =>
          this.#parts.log('disconnect not recorded', { endpoint, error: String(error) }),
        );
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    try {
      if (request.method !== 'POST' || request.url !== '/enrol')
        return answer(404, { code: 'not-found', message: 'this door takes agents only' });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of request) {
        size += chunk.length;
        if (size > maxEnrolmentBytes)
          return answer(413, { code: 'request-too-large', message: `at most ${maxEnrolmentBytes} bytes` });
        chunks.push(chunk);
      }
      const parsed = EnrolmentRequest.safeParse(parseJson(Buffer.concat(chunks).toString('utf8')));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return answer(400, {
          code: 'request-malformed',
          message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
        });
      }
      answer(200, await this.#parts.enrolment.enrol(parsed.data));
    } catch (error) {
      if (error instanceof EnrolmentError) return answer(403, { code: error.code, message: error.message });
      this.#parts.log('enrolment failed', { error: String(error) });
      if (!response.headersSent)
        answer(500, {
          code: 'internal',
          message: 'the controller could not store the endpoint; see its log',
        });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the schema, as anything else that is malformed.
    return undefined;
  }
}
