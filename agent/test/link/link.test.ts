import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBody } from '@millwright/shared/protocol';
import { keyOf, type Reading } from '@millwright/shared/readings';
import fc from 'fast-check';
import type { Identity } from '../../src/config/index.ts';
import { delayBefore } from '../../src/link/backoff.ts';
import { Link, LinkDown } from '../../src/link/index.ts';
import { Outbox } from '../../src/outbox/index.ts';
import { openState } from '../../src/state/index.ts';
import { TlsController } from './tls-controller.ts';

const started: EventBody = { type: 'agent-started', version: '0.1.0', previous: 'stopped' };

describe('link', () => {
  let folder: string;
  let server: TlsController;
  let outbox: Outbox;
  let link: Link;
  const warrants: Buffer[] = [];
  let forgotten: () => void;
  const logged: string[] = [];

  beforeEach(async () => {
    warrants.length = 0;
    forgotten = () => assert.fail('the controller has forgotten nothing');
    folder = mkdtempSync(join(tmpdir(), 'millwright-link-'));
    server = await TlsController.listen();
    outbox = new Outbox(openState(join(folder, 'state.db')), { now: Date.now });
    link = new Link({ ...parts(), identity: () => identityOf(server) });
  });
  afterEach(async () => {
    link.stop();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says hello first, then what waits, and keeps it until it is acknowledged', async () => {
    outbox.append(started);
    link.start();
    const peer = await server.next();
    const hello = await peer.heard('hello');
    assert.equal(hello.stream, outbox.stream);
    peer.greet();
    assert.deepEqual(
      (await peer.heard('events')).events.map(({ seq }) => seq),
      [1],
    );
    assert.equal(outbox.waiting(), 1);
    peer.say({ type: 'ack', seq: 1 });
    while (outbox.waiting() > 0) await sleep(5);
  });

  it('sends again, on a new connection, all that was not acknowledged', async () => {
    link.start();
    const first = await server.next();
    await first.heard('hello');
    first.greet();
    outbox.append(started);
    outbox.append(started);
    await first.heard('events');
    first.socket.terminate();
    const second = await server.next();
    await second.heard('hello');
    second.greet(1);
    assert.deepEqual(
      (await second.heard('events')).events.map(({ seq }) => seq),
      [2],
    );
  });

  it('does not drop events for an acknowledgement of what it never sent', async () => {
    link.start();
    const peer = await server.next();
    await peer.heard('hello');
    peer.greet();
    peer.say({ type: 'ack', seq: 1000 });
    peer.say({ type: 'warrant', envelope: '' });
    while (warrants.length === 0) await sleep(5);
    outbox.append(started);
    await peer.heard('events');
    // What is acknowledged is forgotten at the latest when the link ends.
    link.stop();
    assert.equal(outbox.waiting(), 1);
  });

  it('has forgotten what was acknowledged when it ends', async () => {
    outbox.append(started);
    link.start();
    const peer = await server.next();
    await peer.heard('hello');
    peer.greet();
    await peer.heard('events');
    peer.say({ type: 'ack', seq: 1 });
    peer.say({ type: 'warrant', envelope: '' });
    while (warrants.length === 0) await sleep(5);
    link.stop();
    assert.equal(outbox.waiting(), 0);
  });

  it('fetches files, and says so when the link goes meanwhile', async () => {
    await assert.rejects(link.fetchFile('metadata/timestamp.json'), LinkDown);
    link.start();
    const peer = await server.next();
    await peer.heard('hello');
    peer.greet();
    while (!link.connected) await sleep(5);
    const asked = link.fetchFile('metadata/timestamp.json');
    const { id } = await peer.heard('fetch');
    peer.say({ type: 'file', id, content: Buffer.from('x').toString('base64') });
    assert.equal((await asked)?.toString(), 'x');
    const lost = assert.rejects(link.fetchFile('metadata/2.root.json'), LinkDown);
    await peer.heard('fetch');
    peer.socket.terminate();
    await lost;
  });

  it('hands a warrant on as the very bytes that were sent', async () => {
    link.start();
    const peer = await server.next();
    await peer.heard('hello');
    peer.greet();
    const bytes = Buffer.from('{"payloadType": "x" }');
    peer.say({ type: 'warrant', envelope: bytes.toString('base64') });
    while (warrants.length === 0) await sleep(5);
    assert.deepEqual(warrants.at(-1), bytes);
  });

  it('survives frames of any shape, and comes back after each that it refuses', async () => {
    link.start();
    let peer = await server.next();
    const frames = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
      fc
        .record({
          type: fc.constantFrom(
            'welcome',
            'ack',
            'policy',
            'warrant',
            'file',
            'pong',
            'renewed',
            '__proto__',
          ),
          protocol: fc.jsonValue(),
          seq: fc.jsonValue(),
          policy: fc.jsonValue(),
          envelope: fc.jsonValue(),
          id: fc.jsonValue(),
          content: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(frames, async (frame) => {
        if (peer.socket.readyState !== peer.socket.OPEN) peer = await server.next();
        peer.socket.send(frame);
        await new Promise((resolve) => setImmediate(resolve));
      }),
      { numRuns: 100 },
    );
    peer.socket.terminate();
    peer = await server.next();
    peer.greet();
    outbox.append(started);
    await peer.heard('events');
  });

  it('tells many and long readings in frames that can be read', async () => {
    const readings = Array.from({ length: 1200 }, (_, index): Reading => {
      const name = `${'錆'.repeat(500)}${index}`;
      return { kind: 'service', at: 1, name, manager: 'systemd', state: 'running', wanted: true, detail: '' };
    });
    const gone = readings.map((reading) => keyOf(reading));
    link = new Link({ ...parts(), identity: () => identityOf(server), allReadings: () => readings });
    link.start();
    const peer = await server.next();
    await peer.heard('hello');
    peer.greet();
    const told = { full: 0, readings: 0, gone: 0 };
    const hear = async (): Promise<void> => {
      const snapshot = await peer.heard('snapshot');
      told.full += Number(snapshot.full);
      told.readings += snapshot.readings.length;
      told.gone += snapshot.gone.length;
    };
    while (told.readings < 1200) await hear();
    link.sendReadings(readings, gone);
    while (told.readings < 2400 || told.gone < 1200) await hear();
    assert.deepEqual(told, { full: 1, readings: 2400, gone: 1200 });
  });

  it('gives up a connection on which nobody greets it, or answers any more', async () => {
    link = new Link({
      ...parts(),
      identity: () => identityOf(server),
      patience: { welcomeMs: 50, pingMs: 10 },
    });
    link.start();
    const mute = await server.next();
    const fallsSilent = await server.next();
    await fallsSilent.heard('hello');
    fallsSilent.greet();
    await fallsSilent.heard('ping');
    outbox.append(started);
    const answers = await server.next();
    await answers.heard('hello');
    answers.greet();
    await answers.heard('events');
    assert.notEqual(mute.socket.readyState, mute.socket.OPEN);
  });

  it('tells events under another name after the endpoint was set back, so that none passes for an older one', async () => {
    link.start();
    const peer = await server.next();
    const { stream } = await peer.heard('hello');
    peer.greet(60);
    const second = await server.next();
    assert.notEqual((await second.heard('hello')).stream, stream);
    second.greet();
    outbox.append(started);
    assert.deepEqual(
      (await second.heard('events')).events.map(({ seq }) => seq),
      [1],
    );
  });

  it('hears of a controller that has forgotten events, before it sends any, and until what it tells then is on its way', async () => {
    for (let told = 0; told < 3; told += 1) outbox.append(started);
    link.start();
    const peer = await server.next();
    await peer.heard('hello');
    peer.greet(3);
    while (outbox.waiting() > 0) await sleep(5);
    outbox.append(started);
    await peer.heard('events');
    peer.socket.terminate();
    let asked = 0;
    forgotten = () => {
      asked += 1;
      outbox.append({ type: 'conditions-standing', standing: [] });
    };
    for (const connection of ['first', 'second']) {
      const restored = await server.next();
      await restored.heard('hello');
      restored.greet(1);
      const { events } = await restored.heard('events');
      assert.deepEqual(
        events.map(({ seq, body }) => [seq, body.type]),
        [
          [4, 'agent-started'],
          [5, 'conditions-standing'],
        ],
        connection,
      );
      restored.socket.terminate();
    }
    assert.equal(asked, 1);
  });

  it('refuses a controller of another CA', async () => {
    const other = await TlsController.listen();
    const before = logged.length;
    link.stop();
    const stranger = new Link({ ...parts(), identity: () => ({ ...identityOf(other), ca: server.ca }) });
    stranger.start();
    while (logged.length === before) await sleep(5);
    assert.match(logged.at(-1) ?? '', /link failed/);
    assert.equal(other.connections, 0);
    stranger.stop();
    await other.close();
  });

  const identityOf = (controller: TlsController): Identity => ({
    endpoint: 'e',
    client: 'c',
    site: 's',
    thumbprint: '0'.repeat(64),
    privateKey: controller.clientKey,
    certificate: controller.clientCertificate,
    ca: controller.ca,
    controller: `127.0.0.1:${controller.port}`,
  });
  const parts = () => ({
    host: () => ({
      agentVersion: '0.1.0',
      hostname: 'till-1',
      platform: 'linux' as const,
      arch: 'x64',
      bootTime: 0,
    }),
    outbox,
    clock: { now: Date.now },
    auditHead: () => '',
    allReadings: () => [],
    onPolicy: () => {},
    onWarrant: (envelope: Buffer) => warrants.push(envelope),
    onCertificate: () => {},
    onCatalogueChanged: () => {},
    onConnected: () => {},
    onForgotten: () => forgotten(),
    onReading: () => {},
    log: (message: string, facts: Record<string, unknown>) =>
      logged.push(`${message} ${JSON.stringify(facts)}`),
    random: () => 0.5,
    backoff: { firstMs: 20, longestMs: 100 },
  });
});

describe('backoff', () => {
  it('spreads over the whole of a doubling range, up to its longest', () => {
    const backoff = { firstMs: 500, longestMs: 60_000 };
    assert.equal(delayBefore(0, 0, backoff), 0);
    assert.equal(delayBefore(0, 1, backoff), 500);
    assert.equal(delayBefore(3, 1, backoff), 4000);
    assert.equal(delayBefore(1000, 1, backoff), 60_000);
  });
});
