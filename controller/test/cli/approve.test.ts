import assert from 'node:assert/strict';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { WarrantDraft } from '@millwright/shared/api';
import { Envelope, keyIdOf, sha256, Warrant } from '@millwright/shared/trust';
import { createApiToken } from '../../src/auth/index.ts';
import { checkDraft } from '../../src/cli/draft-check.ts';
import { draftText } from '../../src/cli/draft-text.ts';
import { Authority } from '../../src/identity/index.ts';
import { firstRootPath, tlsDir } from '../../src/installation/index.ts';
import { Endpoint, inodesLow } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';
import { L2, publishForTechnicians, publishTechnicians } from '../harness/technicians.ts';
import { ticketIn } from '../harness/ticket.ts';
import { CliUnderTest, type Ended } from './cli-under-test.ts';

describe("a technician's own machine", function () {
  this.timeout(60_000);
  const cli = new CliUnderTest();
  const tokenFile = join(cli.folder, 'token');
  const caFile = join(cli.folder, 'ca.pem');
  let installation: Installation;
  let endpoint: Endpoint;

  const url = () => `https://localhost:${installation.controller.webPort}`;
  const rootFile = () => firstRootPath(installation.dataDir);
  /** Runs the program with an answer on its standard input. */
  const run = async (argv: readonly string[], answer = ''): Promise<Ended> => {
    const child = cli.start(...argv);
    child.stdin.end(answer);
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, out, err };
  };
  const approve = (remediation: number, key: string, ...more: string[]) => [
    'approve',
    String(remediation),
    ...['--url', url(), '--key', key, '--ca', caFile, '--token-file', tokenFile, '--root', rootFile()],
    ...more,
  ];
  const newKey = async (name: string): Promise<{ file: string; key: KeyObject }> => {
    const file = join(cli.folder, `${name}.pem`);
    const { code, err } = await run(['technician', 'key', '--out', file, '--name', name]);
    assert.equal(code, 0, err);
    return { file, key: createPrivateKey(readFileSync(file)) };
  };

  before(async () => {
    installation = await Installation.create();
    const { store, audit, operations, agentsPort } = installation.controller;
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(agentsPort);
    await operations.setMode(L2, '*', 'suggest', 'owner');
    const { token } = await createApiToken(
      { store, audit, clock: installation.clock },
      { name: 'ada', role: 'technician', expiresInDays: 1, by: 'test' },
    );
    writeFileSync(tokenFile, `${token}\n`);
    writeFileSync(caFile, (await Authority.open(tlsDir(installation.dataDir), installation.clock)).pem);
  });
  after(async () => {
    await endpoint?.disconnect();
    await installation?.remove();
    cli.remove();
  });

  it('makes a key that only its owner can read, and says how it is published', async () => {
    const file = join(cli.folder, "ann's key.pem");
    const { code, out } = await run(['technician', 'key', '--out', file, '--name', 'Ann Lee', '--json']);
    assert.equal(code, 0);
    const made = JSON.parse(out);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(made.keyid, keyIdOf(createPrivateKey(readFileSync(file))));
    assert.equal(readFileSync(`${file}.pub`, 'utf8'), made.publicKey);
    assert.equal(
      made.command,
      `millwright catalogue technician add 'Ann Lee' --key '${cli.folder}/ann'\\''s key.pem.pub' --offline DIR`,
    );
    assert.ok(!out.includes('PRIVATE'));
    const before = readFileSync(file, 'utf8');
    const again = await run(['technician', 'key', '--out', file]);
    assert.equal(again.code, 4);
    assert.equal(readFileSync(file, 'utf8'), before, 'no key is overwritten');
  });

  it('shows what would run, signs it on a yes, and the endpoint gets it', async () => {
    const { file, key } = await newKey('Ada');
    await publishTechnicians(installation, { name: 'Ada', key });
    await endpoint.tell(inodesLow('/one'));
    const { id } = await ticketIn(installation.controller, 'waiting');
    const no = await run(approve(1, file), 'y\n');
    assert.equal(no.code, 4);
    assert.match(no.err, /nothing was signed, and nothing was sent\n$/);
    assert.equal((await run(approve(1, file))).code, 4, 'the end of the input is no yes');

    const yes = await run(approve(1, file), 'yes\n');
    assert.equal(yes.code, 0, yes.err);
    assert.match(yes.out, new RegExp(`^Signed\\. .* till-1 runs it .* Ticket ${id} tells the result\\.\n$`));
    const { warrant, bytes } = await endpoint.warrant();
    for (const shown of [
      'till-1',
      'Hill Bakery (hill-bakery)',
      endpoint.thumbprint,
      `${L2} version ${warrant.runbook.version}, class L2`,
      'days=30 filesystem="/one" kind="rotated-logs"',
      'Script fix.sh (fix: sh filesystem kind days, at most 900 s)',
    ])
      assert.ok(yes.err.includes(shown), `${shown} is not shown in ${yes.err}`);
    assert.ok(yes.err.includes(warrant.id));
    assert.ok(yes.err.includes(warrant.evidence ?? 'no evidence'));
    const envelope = Envelope.parse(JSON.parse(bytes.toString('utf8')));
    assert.ok(envelope.signatures.some(({ keyid }) => keyid === keyIdOf(key)));
    await endpoint.tell(endpoint.report(warrant, bytes, { outcome: 'not-needed' }));

    const late = await run(approve(1, file, '--yes'));
    assert.equal(late.code, 4);
    assert.match(late.err, /no longer waits for approval/);
  });

  it('collects two signatures, and says what is missing', async () => {
    await publishForTechnicians(installation, 2, 102);
    const [ben, cleo] = [await newKey('Ben'), await newKey('Cleo')];
    await publishTechnicians(installation, { name: 'Ben', key: ben.key }, { name: 'Cleo', key: cleo.key });
    await endpoint.tell(inodesLow('/two'));
    await ticketIn(installation.controller, 'waiting');
    const first = await run(approve(2, ben.file, '--yes'));
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^Signed: 1 of 2 signatures\. Another technician must sign before /);
    const twice = await run(approve(2, ben.file, '--yes'));
    assert.equal(twice.code, 4);
    assert.match(twice.err, /Ben has signed this already/);
    const second = await run(approve(2, cleo.file, '--yes', '--json'));
    assert.match(second.err, /Signed so far: Ben\./);
    const { warrant } = await endpoint.warrant();
    assert.deepEqual([JSON.parse(second.out).ordered, JSON.parse(second.out).warrant], [true, warrant.id]);
  });

  it('says what is wrong with how it was called', async () => {
    const { file } = await newKey('Dan');
    const cases = [
      { argv: approve(404, file), code: 3, err: /there is no remediation 404/ },
      { argv: approve(1, '/nowhere.pem'), code: 3, err: /\/nowhere\.pem is missing/ },
      { argv: ['approve', '1', '--key', file], code: 2, err: /--url/ },
      { argv: ['approve', '1', '--url', url(), '--key', file], code: 2, err: /there is no API token/ },
      {
        argv: ['approve', '1', '--url', 'http://localhost', '--key', file, '--token-file', tokenFile],
        code: 2,
        err: /not the address of a controller/,
      },
      {
        argv: ['approve', '1', '--url', url(), '--key', file, '--token-file', tokenFile],
        code: 1,
        err: /cannot reach the controller .*--ca FILE/,
      },
    ];
    for (const { argv, code, err } of cases) {
      const ended = await run(argv);
      assert.match(ended.err, err);
      assert.equal(ended.code, code, ended.err);
    }
  });

  describe('that a stolen controller lies to', () => {
    let thief: Server;
    let thiefUrl: string;
    let draft: WarrantDraft;
    let honest: WarrantDraft;
    const handedOver: string[] = [];

    before(async () => {
      await endpoint.tell(inodesLow('/three'));
      // The endpoint is at the second fix still: this one waits behind it, and can be drafted.
      await ticketIn(installation.controller, 'waiting');
      honest = await installation.controller.operations.draft(3, 'token:ada');
      const authority = await Authority.open(tlsDir(installation.dataDir), installation.clock);
      const { certificate, key } = await authority.issueServer(['localhost']);
      thief = createServer({ cert: certificate, key }, (request, response) => {
        response.setHeader('content-type', 'application/json');
        if (request.url?.endsWith('/draft')) return response.end(JSON.stringify(draft));
        handedOver.push(request.url ?? '');
        return response.end('{}');
      });
      await new Promise<void>((resolve) => thief.listen(0, 'localhost', resolve));
      thiefUrl = `https://localhost:${(thief.address() as AddressInfo).port}`;
    });
    after(() => thief?.close());

    const warrantWith = (changes: Partial<Warrant>): string => {
      const warrant = Warrant.parse(JSON.parse(Buffer.from(honest.payload, 'base64').toString('utf8')));
      return Buffer.from(JSON.stringify({ ...warrant, ...changes })).toString('base64');
    };
    /** A bundle that is altered, and a warrant that names it as it is. */
    const bundleWith = (
      change: (bundle: { manifest: Record<string, unknown> }) => void,
    ): Partial<WarrantDraft> => {
      const bundle = JSON.parse(Buffer.from(honest.bundle, 'base64').toString('utf8'));
      change(bundle);
      const bytes = Buffer.from(JSON.stringify(bundle));
      return {
        bundle: bytes.toString('base64'),
        payload: warrantWith({
          runbook: { id: L2, sha256: sha256(bytes), version: Number(bundle.manifest.version) },
        }),
      };
    };
    const lies: readonly { what: string; lie: () => Partial<WarrantDraft>; err: RegExp }[] = [
      {
        what: 'another runbook shown than the one that would run',
        lie: () => ({ bundle: Buffer.from('{}').toString('base64') }),
        err: /is not the one that the draft would run/,
      },
      {
        what: 'no warrant',
        lie: () => ({ payload: Buffer.from('{"pay":"me"}').toString('base64') }),
        err: /the draft cannot be read/,
      },
      {
        what: 'another kind of document',
        lie: () => ({ payloadType: 'text/x' }),
        err: /is a text\/x, and no warrant/,
      },
      {
        what: 'parameters that the runbook does not take',
        lie: () => ({ payload: warrantWith({ parameters: { filesystem: '/', days: 1 } }) }),
        err: /days must lie between 2 and 365/,
      },
      {
        what: 'a longer validity than endpoints take',
        lie: () => ({ payload: warrantWith({ expires: Date.now() + 86_400_000 }) }),
        err: /valid for longer/,
      },
      {
        what: 'an order of yesterday',
        lie: () => ({ payload: warrantWith({ notBefore: 1000, expires: 2000 }) }),
        err: /has expired/,
      },
      {
        what: 'a runbook under another name',
        lie: () => bundleWith(({ manifest }) => Object.assign(manifest, { id: 'linux/disk/harmless' })),
        err: /the runbook is linux\/disk\/harmless/,
      },
      {
        what: 'a class that takes no signature',
        lie: () => bundleWith(({ manifest }) => Object.assign(manifest, { class: 'L1', technicians: 0 })),
        err: /class L1, which takes no technician's signature/,
      },
    ];
    for (const { what, lie, err } of lies)
      it(`signs nothing for ${what}`, async () => {
        const file = join(cli.folder, 'Dan.pem');
        draft = { ...honest, ...lie() };
        const ended = await run([
          'approve',
          '3',
          ...['--url', thiefUrl, '--key', file, '--ca', caFile, '--token-file', tokenFile, '--yes'],
        ]);
        assert.match(ended.err, err);
        assert.equal(ended.code, 4, ended.err);
        assert.deepEqual(handedOver, []);
      });

    it('sends no control characters to the terminal, and frames every line of a script', () => {
      draft = {
        ...honest,
        endpoint: { id: 'x', hostname: 'good\u001b[2Jname' },
        ...bundleWith((bundle) =>
          Object.assign(bundle, { files: { 'check.sh': 'a\u001b[8m\nYou sign:\n', 'fix.sh': 'b\r\u202ec' } }),
        ),
      };
      const shown = draftText(3, draft, checkDraft(draft, Date.now()));
      assert.ok(shown.includes('good\\u001b[2Jname') && shown.includes('  | b\\u000d\\u202ec'), shown);
      assert.ok(shown.includes('\n  | You sign:\n'));
      assert.ok(!shown.includes('\u001b') && !shown.includes('\u202e') && !shown.includes('\r'));
    });

    describe('about what was signed offline', () => {
      const ask = (key: string, ...more: string[]): Promise<Ended> =>
        run([
          'approve',
          '3',
          ...['--url', thiefUrl, '--key', key, '--ca', caFile, '--token-file', tokenFile, '--yes'],
          ...more,
        ]);
      const ada = join(cli.folder, 'Ada.pem');
      const refusedFor = async (err: RegExp, ended: Promise<Ended>): Promise<void> => {
        const { code, err: told } = await ended;
        assert.match(told, err);
        assert.equal(code, 4, told);
        assert.deepEqual(handedOver, []);
      };

      it('signs nothing for a script that was not signed offline, whatever it shows', async () => {
        draft = {
          ...honest,
          ...bundleWith((bundle) =>
            Object.assign(bundle, { files: { 'fix.sh': 'rm -rf /\n', 'check.sh': '' } }),
          ),
        };
        await refusedFor(/is not the one that was signed offline/, ask(ada));
      });

      it('signs nothing for another endpoint than the one that is meant', async () => {
        draft = { ...honest, payload: warrantWith({ endpoint: 'a'.repeat(64) }) };
        await refusedFor(/is for the endpoint key aaaa/, ask(ada, '--endpoint', endpoint.thumbprint));
      });

      it("signs nothing with a key that is no technician's, or out of reach", async () => {
        draft = honest;
        const [eve, fay] = [await newKey('Eve'), await newKey('Fay')];
        await refusedFor(
          /your key [0-9a-f]{64} is not one of a technician/,
          ask(eve.file, '--root', rootFile()),
        );
        await publishTechnicians(
          installation,
          { name: 'Eve', key: eve.key, namespaces: ['linux/service/*'] },
          { name: 'Fay', key: fay.key, clients: ['somebody-else'] },
        );
        draft = { ...honest, catalogue: await installation.controller.catalogue.proof() };
        await refusedFor(/Eve may not approve linux\/disk\/remove-stale-files for the client/, ask(eve.file));
        await refusedFor(
          /Fay may not approve .* for the client hill-bakery/,
          ask(fay.file, '--root', rootFile()),
        );
      });

      it('trusts no root that nobody compared', async () => {
        draft = honest;
        const { file } = await newKey('Gil');
        await refusedFor(/The controller's is [0-9a-f]{64}[\s\S]*with --yes nobody compares that/, ask(file));
        assert.ok(!existsSync(`${file}.catalogue.json`));
      });
    });
  });
});
