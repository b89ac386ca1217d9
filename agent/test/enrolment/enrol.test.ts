import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EnrolmentBundle, EnrolmentRequest, enrolmentProof } from '@millwright/shared/protocol';
import { enrol, isEnrolled, readBundle } from '../../src/enrolment/index.ts';
import { makeCertificates } from '../link/tls-controller.ts';
import { SmallDisk } from '../state/small-disk.ts';

describe('enrolling an endpoint', () => {
  const { ca, serverKey, serverCertificate, clientCertificate } = makeCertificates();
  const token = 'A'.repeat(22);
  let folder: string;
  let server: Server;
  let bundle: EnrolmentBundle;
  let asked: EnrolmentRequest[];
  let answer: { status: number; body: string };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-enrol-'));
    asked = [];
    const body = JSON.stringify({
      endpoint: 'e1',
      client: 'acme',
      site: 'main',
      certificate: clientCertificate,
    });
    answer = { status: 200, body };
    server = createServer({ key: serverKey, cert: serverCertificate }, take);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    bundle = { schema: 1, controller: `127.0.0.1:${address.port}`, token, ca, root: '{"signed":{}}' };
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  function take(request: IncomingMessage, response: ServerResponse): void {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      asked.push(EnrolmentRequest.parse(JSON.parse(text)));
      response.writeHead(answer.status).end(answer.body);
    });
  }

  it('makes a key, proves it with the token, and keeps who it is', async () => {
    const identity = await enrol(bundle, folder);
    assert.deepEqual([identity.endpoint, identity.controller, identity.ca], ['e1', bundle.controller, ca]);
    const [request] = asked;
    assert.ok(request !== undefined);
    assert.equal(request.hostname, hostname());
    const key = createPublicKey({
      key: Buffer.from(request.publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const proof = enrolmentProof(token, request.publicKey);
    assert.ok(verify(null, proof, key, Buffer.from(request.proof, 'base64')));
    assert.equal(isEnrolled(folder), true);
    await assert.rejects(enrol(bundle, folder), { name: 'ConfigurationError', message: /enrolled already/ });
  });

  const refusals: [string, number, string, object][] = [
    [
      'the controller refuses, in its words',
      403,
      '{"code":"token-spent","message":"that token was used"}',
      { name: 'EnrolmentRefused', code: 'token-spent', message: 'that token was used' },
    ],
    ['something else answers', 200, '<html>', { message: /does not answer like a Millwright controller/ }],
    ['the answer is not whole', 200, '{}', { message: /does not answer like a Millwright controller/ }],
  ];
  for (const [what, status, body, error] of refusals)
    it(`leaves nothing that looks enrolled where ${what}`, async () => {
      answer = { status, body };
      await assert.rejects(enrol(bundle, folder), error);
      assert.equal(isEnrolled(folder), false);
    });

  it('trusts no controller but the one that the bundle pins', async () => {
    await assert.rejects(enrol({ ...bundle, ca: makeCertificates().ca }, folder), {
      message: /cannot reach the controller/,
    });
    assert.deepEqual(asked, []);
  });

  it('does not spend the token where the disk takes nothing', async () => {
    const disk = new SmallDisk(1);
    try {
      disk.fill();
      await assert.rejects(enrol(bundle, disk.path), { message: /full/ });
      assert.deepEqual(asked, []);
    } finally {
      disk.remove();
    }
  });

  it('says of a bundle whether it cannot be read, or is none', () => {
    assert.throws(() => readBundle(join(folder, 'none.json')), {
      message: /cannot read the enrolment bundle .*ENOENT/,
    });
    const file = join(folder, 'bundle.json');
    for (const text of ['', '[]', JSON.stringify({ ...bundle, token: 1 })]) {
      writeFileSync(file, text);
      assert.throws(() => readBundle(file), { message: /is not an enrolment bundle/ });
    }
    writeFileSync(file, JSON.stringify({ ...bundle, token: 1 }));
    assert.throws(() => readBundle(file), {
      message: /is not an enrolment bundle \(token: [^\n]+\): make one/,
    });
    writeFileSync(file, JSON.stringify(bundle));
    assert.deepEqual(readBundle(file), bundle);
  });
});
