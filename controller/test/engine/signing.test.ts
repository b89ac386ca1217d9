import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Envelope,
  keyIdOf,
  readTrustDocument,
  sha256,
  verifyEnvelope,
  WARRANT_TYPE,
  Warrant,
} from '@millwright/shared/trust';
import { approvals } from '../../src/api/queries/approvals.ts';
import { removeTechnician } from '../../src/ceremony/index.ts';
import { EngineError, type EngineProblem } from '../../src/engine/index.ts';
import { Endpoint, inodesLow, processStopped } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { L2, publishForTechnicians, publishTechnicians, signDraft } from '../harness/technicians.ts';
import { ticketIn, ticketOf } from '../harness/ticket.ts';

const is = (code: EngineProblem) => (error: unknown) => error instanceof EngineError && error.code === code;

describe("technicians' signatures", () => {
  let installation: Installation;
  let endpoint: Endpoint;

  const operations = () => installation.controller.operations;
  const draft = (remediation = 1) => operations().draft(remediation, 'token:ada');
  const sign = (envelope: Envelope, remediation = 1) => operations().sign(remediation, envelope, 'token:ada');
  const payloadOf = (text: string) => Warrant.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  const runs = () => installation.controller.store.read.selectFrom('runs').selectAll().execute();
  const nothingSent = async (): Promise<void> => {
    await sleep(200);
    assert.ok(!endpoint.received.some(({ type }) => type === 'warrant'), 'nothing may be sent');
    assert.deepEqual(await runs(), []);
  };
  const propose = async (mount = '/var', ticket = 1): Promise<void> => {
    await endpoint.tell(inodesLow(mount));
    await ticketIn(installation.controller, 'waiting', ticket);
  };

  beforeEach(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
    await operations().setMode(L2, '*', 'suggest', 'owner');
  });
  afterEach(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  it('let the very draft run that was signed, with the controller’s signature beside', async () => {
    const [ada] = await publishTechnicians(installation, { name: 'Ada' });
    assert.ok(ada);
    await propose();
    const asked = await draft();
    assert.deepEqual(
      [asked.endpoint, asked.client, asked.ticket, asked.signaturesNeeded, asked.signedBy],
      [{ id: endpoint.id, hostname: 'till-1' }, { id: 'hill-bakery', name: 'Hill Bakery' }, 1, 1, []],
    );
    const warrant = payloadOf(asked.payload);
    assert.equal(warrant.endpoint, endpoint.thumbprint);
    assert.equal(warrant.runbook.sha256, sha256(Buffer.from(asked.bundle, 'base64')));
    assert.equal(warrant.parameters.filesystem, '/var');
    await nothingSent();

    const taken = await sign(signDraft(asked, ada));
    assert.deepEqual([taken.ordered, taken.signedBy, taken.warrant], [true, ['Ada'], warrant.id]);
    const sent = await endpoint.warrant();
    const envelope = Envelope.parse(JSON.parse(sent.bytes.toString('utf8')));
    assert.equal(envelope.payload, asked.payload);
    const trusted = readTrustDocument(installation.controller.catalogue.trust());
    const { warrantKeys, technicianKeys } = trusted;
    assert.equal(verifyEnvelope(envelope, WARRANT_TYPE, warrantKeys).signers.size, 1);
    assert.deepEqual([...verifyEnvelope(envelope, WARRANT_TYPE, technicianKeys).signers], [keyIdOf(ada)]);

    const { text } = await ticketOf(installation.controller, 1);
    assert.match(text, /Ada signed linux\/disk\/remove-stale-files\./);
    assert.match(text, /Ordered remove stale files of one kind on till-1/);
    const audit = await installation.controller.store.read.selectFrom('audit').select('action').execute();
    for (const action of ['draft-written', 'signature-taken', 'warrant-signed'])
      assert.ok(
        audit.some((entry) => entry.action === action),
        action,
      );
    await assert.rejects(sign(signDraft(asked, ada)), is('wrong-state'), 'a second time');
    assert.equal((await runs()).length, 1);
  });

  it('come from two people where the runbook takes two, over one draft', async () => {
    await publishForTechnicians(installation, 2, 102);
    const adasOther = generateKeyPairSync('ed25519').privateKey;
    const [ada, ben] = await publishTechnicians(
      installation,
      { name: 'Ada' },
      { name: 'Ben' },
      { name: 'Ada', key: adasOther },
    );
    assert.ok(ada && ben);
    await propose();
    const first = await draft();
    assert.deepEqual(
      [(await sign(signDraft(first, ada, adasOther))).signedBy, (await runs()).length],
      [['Ada'], 0],
    );
    assert.match(
      (await ticketIn(installation.controller, 'waiting', 1)).text,
      /Ada signed .*: 1 of 2 signatures/,
    );
    const shown = async () => {
      const { store, catalogue } = installation.controller;
      const [approval] = await approvals(store.read, catalogue, installation.clock.now());
      return [approval?.signaturesNeeded, approval?.signedBy];
    };
    assert.deepEqual(await shown(), [1, ['Ada']]);
    await assert.rejects(sign(signDraft(first, ada)), is('signed-already'));
    await assert.rejects(sign(signDraft(first, adasOther)), is('signed-already'), 'her other key');
    await nothingSent();

    // Long after, and over a restart: the draft that somebody signed stands until it expires.
    installation.clock.advance(400_000);
    await endpoint.disconnect();
    await installation.restart();
    await endpoint.connect(installation.controller.agentsPort);
    const second = await draft();
    assert.equal(second.payload, first.payload);
    assert.deepEqual(second.signedBy, ['Ada']);
    assert.equal((await sign(signDraft(second, ben))).ordered, true);
    const { bytes } = await endpoint.warrant();
    const { technicianKeys } = readTrustDocument(installation.controller.catalogue.trust());
    const { signers } = verifyEnvelope(JSON.parse(bytes.toString('utf8')), WARRANT_TYPE, technicianKeys);
    assert.equal(signers.size, 2);
    assert.match((await ticketOf(installation.controller, 1)).text, /Ben signed .*: all 2 signatures/);
  });

  it('count only from technicians that are published, and within their reach', async () => {
    const [elsewhere, services] = await publishTechnicians(
      installation,
      { name: 'Eve', clients: ['another-client'] },
      { name: 'Sam', namespaces: ['linux/service/*'] },
    );
    assert.ok(elsewhere && services);
    await propose();
    const asked = await draft();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    await assert.rejects(sign(signDraft(asked, stranger)), is('signature-invalid'));
    await assert.rejects(sign(signDraft(asked, elsewhere)), is('signature-out-of-scope'));
    await assert.rejects(sign(signDraft(asked, services)), is('signature-out-of-scope'));
    // A good key's id over another key's signature.
    const [forged] = signDraft(asked, stranger).signatures;
    assert.ok(forged);
    const envelope = {
      ...signDraft(asked, elsewhere),
      signatures: [{ ...forged, keyid: keyIdOf(elsewhere) }],
    };
    await assert.rejects(sign(envelope), is('signature-invalid'));
    await nothingSent();
  });

  it('count only over the draft that stands: not altered, relabelled, replayed or expired', async () => {
    const [ada] = await publishTechnicians(installation, { name: 'Ada' });
    assert.ok(ada);
    await propose();
    await propose('/srv', 2);
    const [first, second] = [await draft(1), await draft(2)];
    await assert.rejects(sign(signDraft(first, ada), 2), is('draft-differs'), 'for another remediation');
    const altered = { ...payloadOf(first.payload), parameters: { filesystem: '/' } };
    const alteredDraft = { ...first, payload: Buffer.from(JSON.stringify(altered)).toString('base64') };
    await assert.rejects(sign(signDraft(alteredDraft, ada)), is('draft-differs'));
    await assert.rejects(
      sign({ ...signDraft(first, ada), payload: alteredDraft.payload }),
      is('draft-differs'),
      'a signature over other bytes',
    );
    await assert.rejects(
      sign({ ...signDraft(alteredDraft, ada), payload: first.payload }),
      is('signature-invalid'),
      'the right bytes with a signature over others',
    );
    await assert.rejects(
      sign(signDraft({ ...first, payloadType: 'application/json' }, ada)),
      is('draft-differs'),
    );
    installation.clock.advance(600_000);
    await assert.rejects(sign(signDraft(first, ada)), is('draft-expired'));
    const anew = await draft(1);
    assert.notEqual(anew.payload, first.payload);
    await assert.rejects(sign(signDraft(first, ada)), is('draft-differs'), 'the one before');
    await nothingSent();
    assert.equal((await sign(signDraft(anew, ada))).ordered, true);
    assert.equal((await endpoint.warrant()).warrant.id, payloadOf(anew.payload).id);
    assert.notEqual(second.payload, first.payload);
  });

  it('are not asked for where nothing could run', async () => {
    await publishTechnicians(installation, { name: 'Ada' });
    await assert.rejects(draft(7), is('not-found'));
    await operations().setMode('posix/process/start', '*', 'suggest', 'owner');
    await endpoint.tell(processStopped());
    await ticketIn(installation.controller, 'waiting', 1);
    await assert.rejects(draft(1), is('wrong-state'), 'class L1 takes no signature');
    await propose('/var', 2);
    await assert.rejects(operations().approve(2, 'ada'), is('needs-signature'));
    const envelope = { payloadType: WARRANT_TYPE, payload: 'e30=', signatures: [] };
    await assert.rejects(sign(envelope, 2), is('draft-missing'));
    await operations().setKillSwitch(true, 'drill', 'owner');
    await assert.rejects(draft(2), is('not-allowed'));
    await operations().setKillSwitch(false, 'drill is over', 'owner');
    await endpoint.disconnect();
    for (let tries = 0; tries < 100 && installation.controller.gateway.isConnected(endpoint.id); tries += 1)
      await sleep(20);
    await assert.rejects(draft(2), is('endpoint-offline'));
    await endpoint.connect(installation.controller.agentsPort);
    await operations().decline(2, 'ada');
    await assert.rejects(draft(2), is('wrong-state'));
    await nothingSent();
  });

  it('are given anew when the endpoint got a later order first', async () => {
    const [ada] = await publishTechnicians(installation, { name: 'Ada' });
    assert.ok(ada);
    await propose();
    const asked = await draft();
    await operations().order({
      endpoint: endpoint.id,
      runbook: 'posix/diagnose/uptime',
      parameters: {},
      by: 'ben',
    });
    const order = await endpoint.warrant();
    assert.ok(order.warrant.sequence > payloadOf(asked.payload).sequence);
    await assert.rejects(sign(signDraft(asked, ada)), is('draft-expired'));
    const anew = await draft();
    assert.ok(payloadOf(anew.payload).sequence > order.warrant.sequence);
    await sign(signDraft(anew, ada));
    assert.equal((await endpoint.warrant()).warrant.id, payloadOf(anew.payload).id);
  });

  it('stop counting when the technician is taken out before the rest have signed', async () => {
    await publishForTechnicians(installation, 2, 102);
    const [ada, ben] = await publishTechnicians(installation, { name: 'Ada' }, { name: 'Ben' });
    assert.ok(ada && ben);
    await propose();
    const asked = await draft();
    await sign(signDraft(asked, ada));
    const { dataDir, clock } = installation;
    await removeTechnician({ dataDir, offlineDir: `${dataDir}/../offline`, clock, keyid: keyIdOf(ada) });
    await publishTechnicians(installation);
    assert.deepEqual((await draft()).signedBy, []);
    const taken = await sign(signDraft(asked, ben));
    assert.deepEqual([taken.ordered, taken.signedBy], [false, ['Ben']]);
    await nothingSent();
  });

  it('are asked for again when the technician is taken out before the order is sent', async () => {
    const [ada] = await publishTechnicians(installation, { name: 'Ada' });
    assert.ok(ada);
    await propose();
    const asked = await draft();
    await endpoint.disconnect();
    for (let tries = 0; tries < 100 && installation.controller.gateway.isConnected(endpoint.id); tries += 1)
      await sleep(20);
    assert.equal((await sign(signDraft(asked, ada))).ordered, true);
    const { dataDir, clock } = installation;
    await removeTechnician({ dataDir, offlineDir: `${dataDir}/../offline`, clock, keyid: keyIdOf(ada) });
    await publishTechnicians(installation);
    await endpoint.connect(installation.controller.agentsPort);
    assert.match(
      (await ticketIn(installation.controller, 'waiting', 1)).text,
      /was not sent: a signature no longer counts\. It must be signed again/,
    );
    await nothingSent();
  });

  it('wait for a busy endpoint, and are asked for again when they waited too long', async () => {
    const [ada] = await publishTechnicians(installation, { name: 'Ada' });
    assert.ok(ada);
    await propose();
    await propose('/srv', 2);
    const second = await draft(2);
    const first = await draft(1);
    assert.ok(payloadOf(first.payload).sequence > payloadOf(second.payload).sequence);
    await endpoint.disconnect();
    for (let tries = 0; tries < 100 && installation.controller.gateway.isConnected(endpoint.id); tries += 1)
      await sleep(20);
    await sign(signDraft(second, ada), 2);
    await sign(signDraft(first, ada), 1);
    await endpoint.connect(installation.controller.agentsPort);
    // The first goes first; it carries the later number, so that the second can no longer follow.
    const { warrant, bytes } = await endpoint.warrant();
    assert.equal(warrant.id, payloadOf(first.payload).id);
    await endpoint.tell(
      endpoint.report(warrant, bytes, { outcome: 'failed', failedStep: 'fix', rolledBack: false }),
    );
    const { text } = await ticketIn(installation.controller, 'waiting', 2);
    assert.match(text, /was not sent: the endpoint got a later order first.*It must be signed again/);
    assert.equal((await runs()).length, 1);
    const anew = await draft(2);
    await sign(signDraft(anew, ada), 2);
    assert.equal((await endpoint.warrant()).warrant.id, payloadOf(anew.payload).id);
  });
});
