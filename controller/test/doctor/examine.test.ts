import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readConfiguration } from '../../src/configuration/index.ts';
import { examine, type Finding } from '../../src/doctor/index.ts';
import { databasePath, initialise } from '../../src/installation/index.ts';

const day = 86_400_000;

describe('the doctor', function () {
  this.timeout(30_000);
  let whole: string;
  let folder: string;
  let data: string;
  const start = Date.now();

  before(async () => {
    whole = mkdtempSync(join(tmpdir(), 'millwright-doctor-'));
    const door = { host: '127.0.0.1', port: 0 };
    await initialise({
      dataDir: join(whole, 'site', 'data'),
      offlineDir: join(whole, 'elsewhere'),
      clock: { now: () => start },
      configuration: { agents: door, web: door },
    });
  });
  after(() => rmSync(whole, { recursive: true }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-doctor-'));
    data = join(folder, 'data');
    cpSync(join(whole, 'site', 'data'), data, { recursive: true });
    chmodSync(data, 0o700);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (now: number) => examine(data, { now: () => now });
  const of = (findings: readonly Finding[], check: string, verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.check === check && finding.verdict === verdict);
  /** Exactly this check is not well, and it says what to do. */
  async function finds(
    check: string,
    verdict: Finding['verdict'],
    message: RegExp,
    now = start,
  ): Promise<void> {
    const [finding] = of(await at(now), check, verdict);
    assert.match(finding?.message ?? 'no such finding', message);
    assert.ok(finding?.remedy);
  }

  it('finds a new installation well', async () => {
    const findings = (await at(start)).filter(({ check }) => check !== 'dashboard' && check !== 'free space');
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict !== 'ok'),
      [],
    );
    assert.deepEqual(
      [...new Set(findings.map(({ check }) => check))],
      [
        'configuration',
        'data folder',
        'keys',
        'offline keys',
        'catalogue',
        'certificates',
        'ports',
        'database',
        'audit log',
        'clock',
        'endpoints',
      ],
    );
  });

  const harms: readonly {
    harm: string;
    check: string;
    verdict: Finding['verdict'];
    message: RegExp;
    inflict: () => void;
  }[] = [
    {
      harm: 'a folder that others can read',
      check: 'data folder',
      verdict: 'failed',
      message: /mode 755/,
      inflict: () => chmodSync(data, 0o755),
    },
    {
      harm: 'a key that others can read',
      check: 'keys',
      verdict: 'failed',
      message: /warrant\.pem can be read by others/,
      inflict: () => chmodSync(join(data, 'keys', 'warrant.pem'), 0o644),
    },
    {
      harm: 'a key that is gone',
      check: 'keys',
      verdict: 'failed',
      message: /timestamp\.pem is missing/,
      inflict: () => unlinkSync(join(data, 'keys', 'timestamp.pem')),
    },
    {
      harm: 'a warrant key that no endpoint trusts',
      check: 'keys',
      verdict: 'failed',
      message: /not one that the catalogue trusts/,
      inflict: () => cpSync(join(data, 'keys', 'snapshot.pem'), join(data, 'keys', 'warrant.pem')),
    },
    {
      harm: 'a CA key that others can read',
      check: 'keys',
      verdict: 'failed',
      message: /ca\.key can be read/,
      inflict: () => chmodSync(join(data, 'tls', 'ca.key'), 0o640),
    },
    {
      harm: 'offline keys beside the data',
      check: 'offline keys',
      verdict: 'warning',
      message: /holds offline keys/,
      inflict: () => cpSync(join(whole, 'elsewhere'), join(folder, 'my-keys'), { recursive: true }),
    },
    {
      harm: 'catalogue metadata that is gone',
      check: 'catalogue',
      verdict: 'failed',
      message: /timestamp\.json is missing/,
      inflict: () => unlinkSync(join(data, 'catalogue', 'metadata', 'timestamp.json')),
    },
    {
      harm: 'a CA that is gone',
      check: 'certificates',
      verdict: 'failed',
      message: /ca\.pem is missing/,
      inflict: () => unlinkSync(join(data, 'tls', 'ca.pem')),
    },
    {
      harm: 'a database that is gone',
      check: 'database',
      verdict: 'failed',
      message: /millwright\.db is missing/,
      inflict: () => renameSync(databasePath(data), join(folder, 'away')),
    },
    {
      harm: 'a database that is cut off',
      check: 'database',
      verdict: 'failed',
      message: /./,
      inflict: () => truncateSync(databasePath(data), 20_000),
    },
    {
      harm: 'a database of a newer version',
      check: 'database',
      verdict: 'failed',
      message: /schema 999/,
      inflict: () => {
        const db = new DatabaseSync(databasePath(data));
        db.exec('PRAGMA user_version = 999');
        db.close();
      },
    },
    {
      harm: 'a configuration that is wrong',
      check: 'configuration',
      verdict: 'failed',
      message: /config\.json: names: /,
      inflict: () => writeFileSync(join(data, 'config.json'), '{"names":[]}'),
    },
  ];
  for (const { harm, check, verdict, message, inflict } of harms)
    it(`finds ${harm}`, async () => {
      inflict();
      await finds(check, verdict, message);
    });

  it('finds what expires, before and after', async () => {
    await finds('catalogue', 'failed', /timestamp \(renewed by the controller\) expired/, start + 2 * day);
    await finds('catalogue', 'warning', /signed offline\) is valid for 5 days more/, start + 25 * day);
    await finds('catalogue', 'failed', /signed offline\) expired/, start + 31 * day);
    await finds('certificates', 'failed', /CA's certificate expired/, start + 3651 * day);
  });

  it('finds a clock that was set back, and endpoints that wait', async () => {
    const db = new DatabaseSync(databasePath(data));
    db.exec(`INSERT INTO audit VALUES (1, ${start}, 'a', 'b', 'c', '{}', 'x');
      INSERT INTO clients VALUES ('c', 'C'); INSERT INTO sites VALUES ('s', 'c', 'S');
      INSERT INTO endpoints (id, client, site, hostname, platform, arch, agent_version, standing, thumbprint, public_key, enrolled_at)
      VALUES ('e', 'c', 's', 'new-pc', 'linux', 'x64', '', 'waiting', 't', '', 0)`);
    db.close();
    await finds('clock', 'failed', /before what was logged last/, start - day);
    await finds('endpoints', 'warning', /1 wait to be let in \(new-pc\)/);
    await finds('audit log', 'failed', /entry 1 is not what was logged/);
  });

  it('finds a port that another program holds', async () => {
    const other = createServer((socket) =>
      socket
        .on('error', () => socket.destroy())
        .resume()
        .end('hello\n'),
    ).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const configuration = readConfiguration(data);
    writeFileSync(
      join(data, 'config.json'),
      JSON.stringify({ ...configuration, web: { host: '127.0.0.1', port } }),
    );
    await finds('ports', 'failed', /people: .* is taken by another program/);
    other.close();
    await once(other, 'close');
    assert.equal(of(await at(start), 'ports', 'failed').length, 0);
  });
});
