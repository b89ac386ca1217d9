import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBody } from '@millwright/shared/protocol';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '@millwright/shared/protocol';
import type { Reading } from '@millwright/shared/readings';
import { hashOf } from '@millwright/shared/trust';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { BenchError } from '../bench-error.ts';
import type { Credentials, Fleet } from './fleet.ts';

/** How events come in: frames of so many events, and so many frames of a connection that are not acknowledged. */
export interface LoadShape {
  readonly connections: number;
  readonly eventsPerFrame: number;
  readonly framesUnderWay: number;
}

const Answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome') }),
  z.object({ type: z.literal('ack'), seq: z.number() }),
]);

/** How many services an endpoint of the load has; each stops and runs again in turn. */
const services = 50;

/** What an endpoint tells when a service stops, and when it runs again: the events that all else follows from. */
function bodiesOf(service: number): [string, string] {
  const name = `service-${service}.service`;
  const reading = (state: 'stopped' | 'running'): Reading => ({
    kind: 'service',
    at: Date.now(),
    name,
    manager: 'systemd',
    state,
    wanted: true,
    detail: state === 'stopped' ? 'inactive/dead' : 'active/running',
  });
  const evidence = (state: 'stopped' | 'running') => {
    const readings = [reading(state)];
    return { readings, sha256: hashOf(readings) };
  };
  const raised: EventBody = {
    type: 'condition-raised',
    condition: 'service-stopped',
    title: 'Service stopped',
    severity: 'critical',
    subject: name,
    description: `${name} is stopped (inactive/dead) and is meant to run`,
    evidence: evidence('stopped'),
  };
  const cleared: EventBody = {
    type: 'condition-cleared',
    condition: 'service-stopped',
    subject: name,
    description: `${name} is running`,
    evidence: evidence('running'),
  };
  return [JSON.stringify(raised), JSON.stringify(cleared)];
}

const bodies: readonly string[] = Array.from({ length: services }, (_, index) => bodiesOf(index)).flat();

/** One endpoint of the load. */
class Source {
  readonly #socket: WebSocket;
  readonly #shape: LoadShape;
  readonly #opened: Promise<unknown>;
  readonly #welcomed = Promise.withResolvers<void>();
  #sent = 0;
  #pushing = false;
  /** The last event that is committed. */
  acked = 0;
  failure: string | undefined;

  constructor(address: string, ca: string, { certificate, key }: Credentials, shape: LoadShape) {
    this.#shape = shape;
    this.#socket = new WebSocket(`wss://${address}/agent`, SUBPROTOCOL, {
      ca,
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      perMessageDeflate: false,
    });
    this.#opened = once(this.#socket, 'open');
    this.#socket.on('message', (data) => this.#answer(String(data)));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', (code, reason) => this.#fail(`closed with ${code} ${reason.toString()}`));
  }

  async open(): Promise<void> {
    await this.#opened;
    this.#socket.send(
      JSON.stringify({
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        stream: randomUUID(),
        agentVersion: '0.1.0',
        hostname: 'host',
        platform: 'linux',
        arch: 'x64',
        bootTime: 0,
        auditHead: '',
      }),
    );
    await this.#welcomed.promise;
  }

  push(): void {
    this.#pushing = true;
    for (let frame = 0; frame < this.#shape.framesUnderWay; frame += 1) this.#frame();
  }

  /** Sends nothing more, and waits until all is acknowledged. */
  async drain(): Promise<void> {
    this.#pushing = false;
    while (this.acked < this.#sent) {
      if (this.failure !== undefined)
        throw new BenchError('went-wrong', `the load's connection: ${this.failure}`);
      await sleep(5);
    }
  }

  close(): void {
    this.#socket.terminate();
  }

  #frame(): void {
    const at = Date.now();
    const events: string[] = [];
    for (let count = 0; count < this.#shape.eventsPerFrame; count += 1) {
      const body = bodies[this.#sent % bodies.length] ?? '';
      this.#sent += 1;
      events.push(`{"seq":${this.#sent},"at":${at},"body":${body}}`);
    }
    this.#socket.send(`{"type":"events","events":[${events.join(',')}]}`);
  }

  #answer(text: string): void {
    const answer = Answer.safeParse(JSON.parse(text));
    // Policy and news of the catalogue are nothing to the load.
    if (!answer.success) return;
    if (answer.data.type === 'welcome') {
      this.#welcomed.resolve();
      return;
    }
    const { seq } = answer.data;
    // An acknowledgement may be for more than one frame.
    for (let acked = this.acked; acked < seq && this.#pushing; acked += this.#shape.eventsPerFrame)
      this.#frame();
    this.acked = seq;
  }

  #fail(what: string): void {
    this.failure ??= what;
    this.#welcomed.reject(new BenchError('went-wrong', `the load's connection: ${what}`));
  }
}

/** Acknowledged events a second, once for each of `rounds`; the first moments of it all do not count. */
export async function measureLoad(
  address: string,
  { ca, endpoints }: Fleet,
  shape: LoadShape,
  { rounds, roundMs }: { rounds: number; roundMs: number },
): Promise<number[]> {
  const sources: Source[] = [];
  try {
    // One after the other: five hundred handshakes at once would time out before the last.
    for (const credentials of endpoints.slice(0, shape.connections)) {
      const source = new Source(address, ca, credentials, shape);
      sources.push(source);
      await source.open();
    }
    for (const source of sources) source.push();
    await sleep(roundMs / 2);
    const acked = (): number => sources.reduce((sum, source) => sum + source.acked, 0);
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [before, began] = [acked(), performance.now()];
      await sleep(roundMs);
      rates.push(((acked() - before) * 1000) / (performance.now() - began));
    }
    await Promise.all(sources.map((source) => source.drain()));
    return rates;
  } finally {
    for (const source of sources) source.close();
  }
}
