import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventBody, MAX_FRAME_BYTES } from '@millwright/shared/protocol';
import fc from 'fast-check';
import { Endpoint, postEnrolment, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';

const started: EventBody = { type: 'agent-started', version: '0.1.0', previous: 'stopped' };

describe('gateway', () => {
  let installation: Installation;

  before(async () => {
    installation = await Installation.create();
  });
  after(() => installation.remove());

  const port = (): number => installation.controller.agentsPort;
  const enrolled = async (): Promise<Endpoint> => Endpoint.enrol(await installation.bundle());
  const eventsOf = (endpoint: Endpoint) =>
    installation.controller.store.read
      .selectFrom('events')
      .select(['seq', 'body'])
      .where('endpoint', '=', endpoint.id)
      .orderBy('id')
      .execute();

  describe('enrolment', () => {
    const refusal = async (
      bundle: Awaited<ReturnType<Installation['bundle']>>,
      key = generateKeyPairSync('ed25519').privateKey,
      signer = key,
    ) => {
      const { status, body } = await postEnrolment(
        bundle,
        JSON.stringify(Endpoint.request(bundle, key, signer)),
      );
      return { status, body: body as { code: string } };
    };

    it('takes a token once', async () => {
      const bundle = await installation.bundle();
      await Endpoint.enrol(bundle);
      assert.equal((await refusal(bundle)).body.code, 'token-used');
    });

    it('takes a token once when two come at the same time', async () => {
      const bundle = await installation.bundle();
      const answers = await Promise.all([refusal(bundle), refusal(bundle)]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403]);
    });

    it('refuses an unknown token, an expired one, and a key that did not sign', async () => {
      const bundle = await installation.bundle();
      assert.equal(
        (await refusal({ ...bundle, token: 'AAAAAAAAAAAAAAAAAAAAAA' })).body.code,
        'token-unknown',
      );
      const other = generateKeyPairSync('ed25519').privateKey;
      assert.equal(
        (await refusal(bundle, generateKeyPairSync('ed25519').privateKey, other)).body.code,
        'proof-invalid',
      );
      installation.clock.advance(2 * 3_600_000);
      assert.equal((await refusal(bundle)).body.code, 'token-expired');
    });

    it('names what is wrong with a body, and reads no more than it must', async () => {
      const bundle = await installation.bundle();
      assert.equal((await postEnrolment(bundle, '{')).status, 400);
      assert.equal((await postEnrolment(bundle, '{"token":5}')).status, 400);
      assert.equal((await postEnrolment(bundle, 'x'.repeat(20_000))).status, 413);
    });
  });

  describe('admission', () => {
    it('refuses a connection without a certificate, of another protocol, and of a revoked endpoint', async () => {
      const endpoint = await enrolled();
      await assert.rejects(endpoint.open(port(), { identified: false }), /403/);
      await assert.rejects(endpoint.open(port(), { subprotocol: 'millwright.9' }), /400/);
      await installation.controller.store.write((tx) =>
        tx.updateTable('endpoints').set({ standing: 'revoked' }).where('id', '=', endpoint.id).execute(),
      );
      await assert.rejects(endpoint.open(port()), /403/);
    });

    it('knows an endpoint by its key, whichever of its certificates it brings', async () => {
      const endpoint = await enrolled();
      await endpoint.connect(port());
      endpoint.send({ type: 'renew' });
      const { certificate } = await endpoint.next('renewed');
      assert.equal((await endpoint.connect(port())).endpoint, endpoint.id);
      endpoint.use(certificate);
      assert.equal((await endpoint.connect(port())).endpoint, endpoint.id);
    });

    it('lets a newer connection of the same key take over', async () => {
      const endpoint = await enrolled();
      const first = await endpoint.open(port());
      const closed = once(first, 'close');
      await endpoint.connect(port());
      const second = endpoint;
      first.send(JSON.stringify({ type: 'ping', id: 1 }));
      await closed;
      second.send({ type: 'ping', id: 2 });
      assert.equal((await second.next('pong')).id, 2);
    });
  });

  describe('events', () => {
    it('are acknowledged when they are committed, and kept once however often they come', async () => {
      const endpoint = await enrolled();
      await endpoint.connect(port());
      const events = endpoint.events(started, started, started);
      endpoint.send({ type: 'events', events });
      assert.equal((await endpoint.next('ack')).seq, 3);
      endpoint.send({ type: 'events', events });
      assert.equal((await endpoint.next('ack')).seq, 3);
      assert.deepEqual(
        (await eventsOf(endpoint)).map(({ seq }) => seq),
        [1, 2, 3],
      );
    });

    it('go on from the last that was committed', async () => {
      const endpoint = await enrolled();
      assert.equal((await endpoint.connect(port())).ackedSeq, 0);
      await endpoint.tell(started, started);
      await endpoint.disconnect();
      assert.equal((await endpoint.connect(port())).ackedSeq, 2);
    });

    it('are not acknowledged when the store cannot take them, nor is anything after them', async () => {
      const endpoint = await enrolled();
      const socket = await endpoint.open(port());
      await endpoint.disconnect();
      await endpoint.connect(port());
      await installation.controller.store.write((tx) =>
        tx.schema.createTable('events_kept').as(tx.selectFrom('events').selectAll()).execute(),
      );
      // The table is away, as a disk that is full is: nothing can be inserted.
      await installation.controller.store.write((tx) =>
        tx.schema.alterTable('events').renameTo('events_away').execute(),
      );
      endpoint.send({ type: 'events', events: endpoint.events(started) });
      endpoint.send({ type: 'events', events: endpoint.events(started) });
      await sleep(300);
      await installation.controller.store.write((tx) =>
        tx.schema.alterTable('events_away').renameTo('events').execute(),
      );
      assert.equal(
        endpoint.received.some((message) => message.type === 'ack'),
        false,
      );
      assert.equal((await endpoint.connect(port())).ackedSeq, 0);
      socket.terminate();
    });
  });

  describe('frames', () => {
    /** Sends a frame on a greeted connection. @returns the close code and reason, or undefined where it stays open. */
    const answerTo = async (
      endpoint: Endpoint,
      frame: string | Buffer,
    ): Promise<{ code: number; reason: string } | undefined> => {
      await endpoint.connect(port());
      const socket = await reopened(endpoint);
      const closed = once(socket, 'close').then(([code, reason]) => ({
        code: Number(code),
        reason: String(reason),
      }));
      socket.send(frame);
      socket.send(JSON.stringify({ type: 'ping', id: 7 }));
      return Promise.race([closed, endpoint.next('pong').then(() => undefined)]);
    };
    const reopened = async (endpoint: Endpoint) => {
      const socket = await endpoint.open(port());
      socket.send(
        JSON.stringify({
          type: 'hello',
          protocol: 1,
          stream: endpoint.stream,
          agentVersion: '0',
          hostname: 'x',
          platform: 'linux',
          arch: 'x64',
          bootTime: 0,
          auditHead: '',
        }),
      );
      await endpoint.next('welcome');
      return socket;
    };

    it('are refused by name', async () => {
      const endpoint = await enrolled();
      const cases: [string | Buffer, number, string][] = [
        ['{', 1008, 'frame-not-json'],
        [Buffer.from([1, 2, 3]), 1008, 'frame-not-text'],
        ['{"type":"shell"}', 1008, 'message-unknown'],
        ['{"type":"hello","protocol":2}', 1008, 'version-unknown'],
        ['{"type":"ping"}', 1008, 'message-malformed'],
        ['[]', 1008, 'message-malformed'],
        ['null', 1008, 'message-malformed'],
      ];
      for (const [frame, code, reason] of cases)
        assert.deepEqual(await answerTo(endpoint, frame), { code, reason });
      assert.equal((await answerTo(endpoint, 'x'.repeat(MAX_FRAME_BYTES + 1)))?.code, 1009);
    });

    it('of any shape neither crash nor wedge the controller', async () => {
      const endpoint = await enrolled();
      const messages = fc.oneof(
        fc.json(),
        fc.string(),
        fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
        fc
          .record({
            type: fc.constantFrom('hello', 'snapshot', 'events', 'fetch', 'ping', 'renew', '__proto__'),
            protocol: fc.jsonValue(),
            id: fc.jsonValue(),
            events: fc.jsonValue(),
            path: fc.string(),
            readings: fc.jsonValue(),
            full: fc.jsonValue(),
            gone: fc.jsonValue(),
          })
          .map((value) => JSON.stringify(value)),
        fc
          .constantFrom('metadata/../../keys/warrant.pem', 'targets/..%2f..%2fkeys', '/etc/passwd')
          .map((path) => JSON.stringify({ type: 'fetch', id: 1, path })),
      );
      const socketOf = async () => reopened(endpoint);
      let socket = await socketOf();
      await fc.assert(
        fc.asyncProperty(messages, async (frame) => {
          if (socket.readyState !== socket.OPEN) socket = await socketOf();
          socket.send(frame);
          const file = endpoint.received.find((message) => message.type === 'file');
          assert.ok(file === undefined || file.content === null, 'nothing outside the catalogue is served');
        }),
        { numRuns: 400 },
      );
      await endpoint.connect(port());
      await endpoint.tell(processStopped());
      assert.equal((await eventsOf(endpoint)).length > 0, true);
    });
  });
});
