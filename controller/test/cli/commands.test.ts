import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnrolmentBundle } from '@millwright/shared/protocol';
import { AuditLog } from '../../src/audit/index.ts';
import { sessionCaller, signIn, tokenCaller } from '../../src/auth/index.ts';
import { databasePath } from '../../src/installation/index.ts';
import { openStore } from '../../src/store/index.ts';
import { seed } from '../api/seeded.ts';
import { CliUnderTest } from './cli-under-test.ts';

describe('the command line', function () {
  this.timeout(60_000);
  const cli = new CliUnderTest();
  const offline = join(cli.folder, 'keys-elsewhere');
  before(async () => {
    const made = await cli.json(
      'init',
      '--offline',
      offline,
      '--name',
      'mill.example',
      'localhost',
      '--owner',
      'olga',
    );
    assert.deepEqual([made.dataDir, made.offlineDir, made.owner], [cli.data, offline, 'olga']);
    assert.ok(made.runbooks.length > 10);
    assert.equal(made.warnings.length, 1);
  });
  after(() => cli.remove());

  async function inStore<T>(
    work: (parts: {
      store: Awaited<ReturnType<typeof openStore>>;
      clock: { now(): number };
      audit: AuditLog;
    }) => Promise<T>,
  ): Promise<T> {
    const store = await openStore(databasePath(cli.data));
    const clock = { now: () => Date.now() };
    try {
      return await work({ store, clock, audit: new AuditLog(clock) });
    } finally {
      await store.close();
    }
  }

  it('copies an installation to a folder that is one itself, with its keys as private, and over nothing', async () => {
    const folder = join(cli.folder, 'backup');
    const { files, bytes } = await cli.json('backup', folder);
    assert.ok(files > 10 && bytes > 100_000);
    const mode = (...path: string[]): number => statSync(join(...path)).mode & 0o777;
    assert.equal(mode(folder), 0o700);
    for (const path of ['keys/warrant.pem', 'tls/ca.key']) assert.equal(mode(folder, path), 0o600, path);
    const names = (of: string): string[] =>
      readdirSync(of, { recursive: true, encoding: 'utf8' }).filter(
        (name) => !/\.db-(?:wal|shm)$|\.lock$/.test(name),
      );
    assert.deepEqual(names(folder).sort(), names(cli.data).sort());
    const users = await cli.run(['user', 'list', '--data', folder]);
    assert.match(users.out, /olga/);
    assert.equal((await cli.run(['backup', folder])).code, 4);
    const nowhere = await cli.run(['backup', join('/dev/null', 'backup')]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.err, /backup-failed|was not copied/);
    assert.equal((await cli.run(['backup', `${folder}-2`, '--data', join(cli.folder, 'none')])).code, 3);
  });

  describe('ends with a code and one line', () => {
    const cases: readonly { argv: string[]; code: number; err: RegExp }[] = [
      { argv: ['tickts'], code: 2, err: /^millwright: unknown command 'tickts'\n\(Did you mean tickets\?\)/ },
      {
        argv: ['endpoints', '--limt', '3'],
        code: 2,
        err: /^millwright: unknown option '--limt'\n\(Did you mean --limit\?\)/,
      },
      { argv: ['endpoints', '--limit', 'many'], code: 2, err: /must be a whole number from 1 to 10000/ },
      {
        argv: ['endpoints', '--status', 'gone'],
        code: 2,
        err: /Allowed choices are online, offline, waiting, revoked/,
      },
      {
        argv: ['mode', 'set', 'a', 'b', 'wild'],
        code: 2,
        err: /Allowed choices are off, shadow, suggest, autonomous/,
      },
      { argv: ['kill-switch', 'on'], code: 2, err: /^millwright: say why, for the audit log/ },
      {
        argv: ['user', 'add', 'Bad Name', '--no-password'],
        code: 2,
        err: /^millwright: "Bad Name" cannot be a user's name/,
      },
      {
        argv: ['user', 'add', 'mia'],
        code: 2,
        err: /--password-file FILE, --password-stdin, or --no-password/,
      },
      { argv: ['audit', 'verify', '--head', 'nonsense'], code: 2, err: /must be NUMBER:HASH/ },
      {
        argv: ['kill-switch', 'on', '--reason', ' '],
        code: 2,
        err: /It must be a text of 1 to 400 characters/,
      },
      { argv: ['token', 'create', '', 'Main'], code: 2, err: /'client'. It must be a text of 1 to 64/ },
      {
        argv: ['token', 'create', 'Hill', 'Main', '--controller', 'mill'],
        code: 2,
        err: /It must be HOST:PORT/,
      },
      { argv: ['tickets', 'show', 'x'], code: 2, err: /It must be a whole number, 1 or more\./ },
      {
        argv: ['policy', 'set', 'service-stopped', '--all', '--raise-after', 'soon'],
        code: 2,
        err: /^millwright: --raise-after must be a number of seconds from 0 to 86400\n$/,
      },
      { argv: ['policy', 'set', 'nonsense', '--all', '--off'], code: 3, err: /nonsense/ },
      {
        argv: ['endpoints', '--data', '/nowhere'],
        code: 3,
        err: /^millwright: \/nowhere is not a Millwright data folder .*run `millwright init --data \/nowhere`\n$/,
      },
      {
        argv: ['serve', '--data', '/nowhere'],
        code: 3,
        err: /^millwright: \/nowhere is not a Millwright data folder/,
      },
      { argv: ['endpoint', 'approve', 'ghost'], code: 3, err: /^millwright: there is no endpoint ghost\n$/ },
      {
        argv: ['sign-in-link', 'ghost'],
        code: 3,
        err: /^millwright: there is no user ghost; see `millwright user list`\n$/,
      },
      { argv: ['tickets', 'show', '404'], code: 3, err: /^millwright: there is no ticket 404 in / },
      {
        argv: ['mode', 'set', 'linux/none/here', '*', 'shadow'],
        code: 3,
        err: /^millwright: there is no runbook linux\/none\/here/,
      },
      {
        argv: ['mode', 'set', 'linux/service/restart', 'ghost', 'shadow'],
        code: 3,
        err: /^millwright: there is no client ghost/,
      },
      { argv: ['api-token', 'revoke', '77'], code: 3, err: /^millwright: there is no API token 77/ },
      {
        argv: ['catalogue', 'technician', 'add', 'ann', '--key', 'gone.pem', '--offline', 'x'],
        code: 3,
        err: /cannot read the public key gone.pem/,
      },
      {
        argv: ['catalogue', 'technician', 'remove', 'ff', '--offline', 'x'],
        code: 3,
        err: /no technician has the key ff/,
      },
      { argv: ['init'], code: 4, err: /^millwright: .* already holds a catalogue/ },
      { argv: ['init', '--threshold', '3', '--keys', '2'], code: 2, err: /2 keys cannot make 3 signatures/ },
      { argv: ['mode', 'set', 'linux/disk/remove-stale-files', '*', 'autonomous'], code: 4, err: /class L2/ },
      { argv: ['user', 'remove', 'olga'], code: 4, err: /the only owner/ },
    ];
    for (const { argv, code, err } of cases)
      it(`${code} for ${argv.join(' ')}`, async () => {
        const ended = await cli.run(argv);
        assert.match(ended.err, err);
        assert.equal(ended.code, code);
        assert.equal(ended.out, '');
        assert.ok(!ended.err.includes('    at '), 'no stack');
      });

    it('as a program too', async () => {
      const missing = await cli.runProgram('tickets', 'show', '404');
      assert.deepEqual([missing.code, missing.out], [3, '']);
      assert.match(missing.err, /^millwright: there is no ticket 404 in .*\n$/);
      const listed = await cli.runProgram('user', 'list', '--json');
      assert.deepEqual([listed.code, listed.err], [0, '']);
      assert.match(listed.out, /"name": "olga"/);
    });

    it('in JSON where that was asked for', async () => {
      const { err, code } = await cli.run(['tickets', 'show', '404', '--json']);
      assert.equal(code, 3);
      assert.equal(JSON.parse(err).error.code, 'not-found');
      const wrong = await cli.run(['tickets', 'show', 'x', '--json']);
      assert.equal(wrong.code, 2);
      assert.equal(JSON.parse(wrong.err).error.code, 'usage');
    });

    it('0 for help', async () => {
      const { out, code } = await cli.run(['mode', 'set', '--help']);
      assert.equal(code, 0);
      assert.match(out, /--data <dir>/);
      assert.match(out, /--json/);
    });
  });

  it('takes passwords from a file or standard input, and lets people in with them', async () => {
    const file = join(cli.folder, 'password');
    writeFileSync(file, 'from a file, long\n');
    assert.equal(
      (await cli.run(['user', 'add', 'ann', '--role', 'viewer', '--password-file', file])).code,
      0,
    );
    assert.equal((await cli.run(['user', 'add', 'bob', '--password-stdin'], 'from a pipe, long\n')).code, 0);
    await inStore(async (parts) => {
      for (const [name, password] of [
        ['ann', 'from a file, long'],
        ['bob', 'from a pipe, long'],
      ] as const)
        assert.equal((await signIn(parts, { by: 'password', name, password })).user, name);
    });
    const { items } = await cli.json('user', 'list');
    assert.deepEqual(
      items.map(({ name, role, hasPassword }: Record<string, unknown>) => [name, role, hasPassword]),
      [
        ['ann', 'viewer', true],
        ['bob', 'technician', true],
        ['olga', 'owner', false],
      ],
    );
  });

  it('makes a link that signs in once', async () => {
    const { url } = await cli.json('sign-in-link', 'olga');
    assert.match(url, /^https:\/\/localhost:8443\/sign-in#code=/);
    await inStore(async (parts) => {
      const { secret } = await signIn(parts, { by: 'link', code: url.split('#code=')[1] ?? '' });
      assert.equal((await sessionCaller(parts, secret))?.role, 'owner');
    });
  });

  it('makes an enrolment bundle that only its owner can read, and lists the token without it', async () => {
    const file = join(cli.folder, 'enrolment.json');
    await cli.json('token', 'create', 'Hill & Sons', 'Main', '--hours', '2', '--output', file);
    const bundle = EnrolmentBundle.parse(JSON.parse(readFileSync(file, 'utf8')));
    assert.equal(bundle.controller, 'mill.example:7443');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = await cli.run(['token', 'create', 'Hill & Sons', 'Main', '--output', file]);
    assert.equal(again.code, 4);
    const { items } = await cli.json('token', 'list');
    assert.deepEqual([items[0].site, items[0].state], ['hill-sons/main', 'open']);
    assert.ok(!JSON.stringify(items).includes(bundle.token));
    const printed = EnrolmentBundle.parse(JSON.parse((await cli.run(['token', 'create', 'X', 'Y'])).out));
    assert.notEqual(printed.token, bundle.token);
  });

  it('makes an API token in force until it is revoked', async () => {
    const { id, token } = await cli.json('api-token', 'create', 'grafana', '--role', 'viewer');
    await inStore(async (parts) => assert.equal((await tokenCaller(parts, token))?.name, 'token:grafana'));
    await cli.json('api-token', 'revoke', String(id));
    await inStore(async (parts) => assert.equal(await tokenCaller(parts, token), undefined));
    assert.match((await cli.run(['api-token', 'list'])).out, /grafana {2}viewer {2}revoked/);
  });

  it('sets modes and the kill switch', async () => {
    await cli.json('mode', 'set', 'linux/service/restart', '*', 'autonomous');
    const { items } = await cli.json('mode', 'list');
    assert.ok(
      items.some(
        (item: Record<string, unknown>) =>
          item.runbook === 'linux/service/restart' && item.mode === 'autonomous',
      ),
    );
    const on = await cli.json('kill-switch', 'on', '--reason', 'a drill');
    assert.deepEqual(on, { on: true, by: 'console:test', at: on.at, reason: 'a drill' });
    assert.deepEqual(await cli.json('kill-switch'), on);
    assert.match(
      (await cli.run(['kill-switch'])).out,
      /is on: nothing runs\. console:test turned it on, \d{4}-.*Z: a drill/,
    );
    assert.deepEqual(await cli.json('kill-switch', 'off', '--reason', 'over'), { on: false });
  });

  it('takes a mode away again', async () => {
    const runbook = 'linux/service/restart';
    await cli.json('mode', 'set', runbook, 'hill-sons', 'off');
    assert.deepEqual(await cli.json('mode', 'unset', runbook, 'hill-sons'), {
      runbook,
      client: 'hill-sons',
      mode: 'autonomous',
    });
    assert.equal((await cli.run(['mode', 'unset', runbook, 'hill-sons'])).code, 3);
    assert.equal((await cli.json('mode', 'unset', runbook, '*')).mode, 'shadow');
    await cli.json('mode', 'set', runbook, '*', 'autonomous');
  });

  it('lints, signs and publishes, and gives a technician a reach', async () => {
    assert.deepEqual((await cli.json('catalogue', 'lint')).problems, []);
    const key = join(cli.folder, 'ann.pem');
    writeFileSync(key, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    const staged = await cli.json(
      'catalogue',
      'technician',
      'add',
      'ann',
      '--key',
      key,
      '--offline',
      offline,
      '--namespace',
      'linux/*',
      '--client',
      'hill-sons',
    );
    assert.deepEqual([staged.role, staged.have, staged.need], ['trust', 1, 1]);
    assert.deepEqual((await cli.json('catalogue', 'technician', 'list')).items, []);
    assert.equal((await cli.json('catalogue', 'publish')).published.length, 1);
    const { items } = await cli.json('catalogue', 'technician', 'list');
    assert.deepEqual(items, [
      { keyid: staged.keyid, name: 'ann', namespaces: ['linux/*'], clients: ['hill-sons'] },
    ]);
    const signed = await cli.json('catalogue', 'sign', '--offline', offline);
    assert.ok(signed.runbooks.every(({ change }: { change: string }) => change === 'unchanged'));
  });

  it('shows the fleet, its alerts and tickets, and lets no endpoint write to the terminal', async () => {
    await inStore(async ({ store }) => {
      const { ticket } = await seed(store, Date.now(), 'ab'.repeat(32));
      await store.write((tx) =>
        tx.updateTable('tickets').set({ subject: 'evil\u001b[2J\nline' }).where('id', '=', ticket).execute(),
      );
    });
    assert.match((await cli.run(['endpoints'])).out, /web-1 +hill\/main +linux +online +1 /);
    assert.match(
      (await cli.run(['alerts'])).out,
      /critical {2}open {3}web-1 {2}1 .*Service stopped: nginx.service is failed/,
    );
    assert.equal((await cli.run(['endpoint', 'approve', 'waiting'])).code, 0);
    assert.equal((await cli.run(['endpoint', 'approve', 'waiting'])).code, 4);
    assert.equal((await cli.run(['endpoint', 'revoke', 'waiting'])).code, 0);
    const some = await cli.run(['endpoints', '--limit', '1']);
    assert.deepEqual(
      [some.out.split('\n').length, some.err],
      [3, 'These are the first 1; --all shows all.\n'],
    );
    const all = await cli.json('endpoints', '--all');
    assert.deepEqual([all.items.length, all.more], [4, false]);
    assert.equal((await cli.run(['endpoints', '--all', '--limit', '1'])).code, 2);
    const { items } = await cli.json('endpoints', '--status', 'revoked');
    assert.equal(items.length, 2);
    const { out } = await cli.run(['tickets', '--state', 'waiting']);
    assert.match(out, /evil\\u001b\[2J line/);
    const ticket = (await cli.run(['tickets', 'show', '1'])).out;
    assert.match(ticket, /^Ticket 1: evil/);
    assert.match(ticket, /fix: exited 0, 0\.01 seconds\n {4}ok/);
    assert.ok(!(out + ticket).includes('\u001b'));
  });

  it('finds an audit log that was changed, or written anew', async () => {
    const { head, entries } = await cli.json('audit', 'verify');
    assert.ok(entries > 5);
    assert.equal((await cli.run(['audit', 'verify', '--head', `${head.seq}:${head.hash}`])).code, 0);
    assert.equal((await cli.run(['audit', 'verify', '--head', `${head.seq}:${'0'.repeat(64)}`])).code, 1);
    assert.match(
      (await cli.run(['audit', 'list', '--limit', '500'])).out,
      /console:.* +mode-set +linux\/service\/restart/,
    );
    await inStore(({ store }) =>
      store.write((tx) => tx.updateTable('audit').set({ actor: 'somebody' }).where('seq', '=', 2).execute()),
    );
    const broken = await cli.run(['audit', 'verify', '--json']);
    assert.equal(broken.code, 1);
    assert.equal(JSON.parse(broken.out).seq, 2);
    const examined = await cli.run(['doctor']);
    assert.equal(examined.code, 1);
    assert.match(examined.out, /failed {3}audit log: entry 2 is not what was logged/);
  });

  it('renews the catalogue and adds a namespace with the offline keys', async () => {
    const before = await cli.json('catalogue', 'list');
    const renewed = await cli.json('catalogue', 'renew', '--offline', offline);
    assert.ok(renewed.roles.length > 5);
    await cli.json('catalogue', 'namespace', 'linux/mail', '--offline', offline);
    await cli.json('catalogue', 'publish');
    const after = await cli.json('catalogue', 'list');
    const versionOf = (list: typeof after, name: string): number | undefined =>
      list.roles.find(({ role }: { role: string }) => role === name)?.version;
    assert.equal(versionOf(after, 'linux-disk'), (versionOf(before, 'linux-disk') ?? 0) + 1);
    assert.equal(versionOf(after, 'linux-mail'), 1);
    assert.deepEqual(after.items, before.items);
  });
});
