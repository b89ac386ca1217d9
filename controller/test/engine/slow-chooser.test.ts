import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Endpoint, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { ticketIn, ticketOf } from '../harness/ticket.ts';

describe('a model that does not answer', () => {
  let installation: Installation;
  let model: Server;
  let asked: Promise<void>;

  beforeEach(async () => {
    let stuck = (): void => undefined;
    asked = new Promise((resolve) => {
      stuck = resolve;
    });
    // It never answers about the process `stuck`, and fails at once about all others, so that the built-in chooser decides.
    model = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      if (Buffer.concat(chunks).includes('stuck')) stuck();
      else response.writeHead(400).end('{}');
    }).listen(0, '127.0.0.1');
    await once(model, 'listening');
    const address = model.address();
    assert.ok(address !== null && typeof address === 'object');
    installation = await Installation.create();
    installation.setModel(`http://127.0.0.1:${address.port}/v1`);
    await installation.restart();
    await installation.controller.operations.setMode('posix/process/start', '*', 'suggest', 'owner');
  });
  afterEach(async () => {
    model.closeAllConnections();
    model.close();
    await installation.remove();
  });

  it('keeps up neither other endpoints, nor deadlines and approved work of its own', async () => {
    const { controller, clock } = installation;
    const slow = await Endpoint.enrol(await installation.bundle());
    const other = await Endpoint.enrol(await installation.bundle('Dale Dairy'));
    await slow.connect(controller.agentsPort);
    await other.connect(controller.agentsPort);
    try {
      await slow.tell(processStopped('door'), processStopped('till'));
      await ticketIn(controller, 'waiting', 2);
      await slow.tell(processStopped('stuck'));
      await asked;
      await controller.operations.approve(1, 'ada');
      assert.deepEqual((await slow.warrant()).warrant.parameters, { process: 'door' });
      await other.tell(processStopped('pump'));
      await ticketIn(controller, 'waiting', 4);
      await controller.operations.approve(4, 'ada');
      assert.deepEqual((await other.warrant()).warrant.parameters, { process: 'pump' });
      clock.advance(5 * 3_600_000);
      assert.match((await ticketIn(controller, 'escalated', 2)).text, /nobody said yes/);
      assert.equal((await ticketOf(controller, 3)).state, 'open');
    } finally {
      await slow.disconnect();
      await other.disconnect();
    }
  });
});
