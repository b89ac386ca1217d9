import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AgentEvent,
  type AgentMessage,
  type ControllerMessage,
  type EnrolmentBundle,
  EnrolmentResponse,
  type EventBody,
  enrolmentProof,
  parseControllerFrame,
  SUBPROTOCOL,
} from '@millwright/shared/protocol';
import type { Reading } from '@millwright/shared/readings';
import {
  Envelope,
  hashOf,
  keyIdOf,
  type Outcome,
  REPORT_TYPE,
  type RunReport,
  sha256,
  signEnvelope,
  Warrant,
} from '@millwright/shared/trust';
import { WebSocket } from 'ws';
import { MovableClock } from './movable-clock.ts';

type MessageOf<T extends ControllerMessage['type']> = Extract<ControllerMessage, { type: T }>;

/** Sends an enrolment request. @returns the status and the parsed body. */
export function postEnrolment(
  bundle: EnrolmentBundle,
  body: string,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `https://${bundle.controller}/enrol`,
      { method: 'POST', ca: bundle.ca, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** An endpoint as the controller sees one: it speaks the protocol, and does what a test says. */
export class Endpoint {
  readonly id: string;
  readonly #key: KeyObject;
  #certificate: string;
  readonly #bundle: EnrolmentBundle;
  readonly received: ControllerMessage[] = [];
  readonly stream: string = randomUUID();
  /** By which it stamps its events. */
  readonly clock = new MovableClock();
  #socket: WebSocket | undefined;
  #seq = 0;

  private constructor(id: string, key: KeyObject, certificate: string, bundle: EnrolmentBundle) {
    this.id = id;
    this.#key = key;
    this.#certificate = certificate;
    this.#bundle = bundle;
  }

  static async enrol(bundle: EnrolmentBundle): Promise<Endpoint> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const { status, body } = await postEnrolment(
      bundle,
      JSON.stringify(Endpoint.request(bundle, privateKey)),
    );
    if (status !== 200) throw new Error(`not enrolled: ${JSON.stringify(body)}`);
    const { endpoint, certificate } = EnrolmentResponse.parse(body);
    return new Endpoint(endpoint, privateKey, certificate, bundle);
  }

  static request({ token }: EnrolmentBundle, key: KeyObject, signer: KeyObject = key) {
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
    const proof = sign(null, enrolmentProof(token, publicKey), signer).toString('base64');
    return { token, publicKey, proof, hostname: 'till-1', platform: 'linux', arch: 'x64' };
  }

  get thumbprint(): string {
    return keyIdOf(this.#key);
  }

  /** Takes another certificate for its key. */
  use(certificate: string): void {
    this.#certificate = certificate;
  }

  /** Opens the WebSocket; `identified` false comes without a client certificate. */
  async open(
    agentsPort: number,
    { identified = true, subprotocol = SUBPROTOCOL }: { identified?: boolean; subprotocol?: string } = {},
  ): Promise<WebSocket> {
    const credentials = identified
      ? { cert: this.#certificate, key: this.#key.export({ type: 'pkcs8', format: 'pem' }) }
      : {};
    const socket = new WebSocket(`wss://127.0.0.1:${agentsPort}/agent`, subprotocol, {
      ...credentials,
      ca: this.#bundle.ca,
    });
    socket.on('message', (data, isBinary) => {
      if (Buffer.isBuffer(data)) this.received.push(parseControllerFrame(data, isBinary));
    });
    await once(socket, 'open');
    this.#socket = socket;
    return socket;
  }

  /** Opens and says hello. */
  async connect(agentsPort: number): Promise<MessageOf<'welcome'>> {
    await this.open(agentsPort);
    this.send({
      type: 'hello',
      protocol: 1,
      stream: this.stream,
      agentVersion: '0.1.0',
      hostname: 'till-1',
      platform: 'linux',
      arch: 'x64',
      bootTime: 0,
      auditHead: '',
    });
    return this.next('welcome');
  }

  async disconnect(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = once(socket, 'close');
    socket.terminate();
    await closed;
  }

  send(message: AgentMessage): void {
    this.sendRaw(JSON.stringify(message));
  }

  sendRaw(frame: string | Buffer): void {
    this.#socket?.send(frame);
  }

  /** Takes the next message of a type out of what was received, waiting for it. */
  async next<T extends ControllerMessage['type']>(type: T): Promise<MessageOf<T>> {
    const wanted = (message: ControllerMessage): message is MessageOf<T> => message.type === type;
    for (let tries = 0; tries < 1000; tries += 1) {
      const at = this.received.findIndex(wanted);
      const found = this.received[at];
      if (found !== undefined && wanted(found)) {
        this.received.splice(at, 1);
        return found;
      }
      await sleep(10);
    }
    throw new Error(`no ${type} came; received: ${this.received.map((message) => message.type).join(', ')}`);
  }

  /** Events with the next sequence numbers, not sent yet. */
  events(...bodies: EventBody[]): AgentEvent[] {
    return bodies.map((body) => ({ seq: ++this.#seq, at: this.clock.now(), body }));
  }

  /** Sends events and waits until they are acknowledged. */
  async tell(...bodies: EventBody[]): Promise<void> {
    const events = this.events(...bodies);
    this.send({ type: 'events', events });
    for (let acked = 0; acked < this.#seq; ) acked = (await this.next('ack')).seq;
  }

  /** The next warrant, as its payload. */
  async warrant(): Promise<{ warrant: Warrant; bytes: Buffer }> {
    const { envelope } = await this.next('warrant');
    const bytes = Buffer.from(envelope, 'base64');
    const { payload } = Envelope.parse(JSON.parse(bytes.toString('utf8')));
    return { warrant: Warrant.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))), bytes };
  }

  /** A signed report that ends a run. */
  report(
    warrant: Omit<Warrant, 'id'> & { id: string | null },
    bytes: Buffer,
    result: Outcome,
    signer: KeyObject = this.#key,
  ): EventBody {
    const report: RunReport = {
      schema: 1,
      warrant: warrant.id,
      envelope: sha256(bytes),
      endpoint: this.thumbprint,
      runbook: warrant.runbook,
      receivedAt: Date.now() - 5,
      endedAt: Date.now(),
      result,
      steps: [],
    };
    return {
      type: 'run-ended',
      report: signEnvelope(REPORT_TYPE, Buffer.from(JSON.stringify(report)), signer),
    };
  }
}

const evidenceOf = (readings: Reading[]) => ({ readings, sha256: hashOf(readings) });

/** What an endpoint tells when the declared process `name` stopped. */
export function processStopped(name = 'till'): EventBody {
  const reading: Reading = { kind: 'process', at: Date.now(), name, state: 'stopped', pid: null };
  return {
    type: 'condition-raised',
    condition: 'process-stopped',
    title: 'Process stopped',
    severity: 'critical',
    subject: name,
    description: `${name} is not running`,
    evidence: evidenceOf([reading]),
  };
}

/** What an endpoint tells when it runs again. */
export function processRuns(name = 'till'): EventBody {
  const reading: Reading = { kind: 'process', at: Date.now(), name, state: 'running', pid: 1 };
  return {
    type: 'condition-cleared',
    condition: 'process-stopped',
    subject: name,
    description: `${name} runs`,
    evidence: evidenceOf([reading]),
  };
}

/** What an endpoint tells when a filesystem runs out of inodes. */
export function inodesLow(mount = '/var'): EventBody {
  const reading: Reading = {
    kind: 'filesystem',
    at: Date.now(),
    mount,
    device: '/dev/vdb',
    type: 'ext4',
    totalBytes: 1_000_000,
    freeBytes: 900_000,
    inodesTotal: 1000,
    inodesFree: 10,
    readOnly: false,
  };
  return {
    type: 'condition-raised',
    condition: 'inodes-low',
    title: 'Inodes low',
    severity: 'critical',
    subject: mount,
    description: `${mount} has 1% of its inodes left`,
    evidence: evidenceOf([reading]),
  };
}
