import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildAgent } from '../src/build-agent.ts';
import { type BundleTarget, bundleAgent } from '../src/executable/bundle.ts';
import { InstallerError } from '../src/installer-error.ts';
import { repository } from '../src/paths.ts';
import { sourceDate } from '../src/source-date.ts';
import { runTool } from '../src/tool.ts';

const date = 1_700_000_000;
const linux: BundleTarget = { platform: 'linux', node: 26 };

async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

describe('the agent as one executable', function () {
  this.timeout(300_000);
  let folder = '';
  let executable = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millwright-build-'));
    executable = join(folder, 'first/agent');
    await buildAgent({ output: executable, date });
  });

  after(() => rm(folder, { recursive: true }));

  it('is the same bytes when it is built again elsewhere', async () => {
    const again = join(folder, 'second/folder/agent-again');
    await buildAgent({ output: again, date });
    assert.equal(await hashOfFile(again), await hashOfFile(executable));
    assert.equal(await hashOfFile(`${again}.map`), await hashOfFile(`${executable}.map`));
  });

  it('carries the date that it was given, and no path of the machine that built it', async () => {
    const { script, map } = await bundleAgent(date * 1000, linux);
    const text = Buffer.from(script).toString();
    assert.ok(text.includes(String(date * 1000)) || text.includes('17e11'));
    for (const made of [text, Buffer.from(map).toString()]) assert.equal(made.includes(repository), false);
    assert.notDeepEqual((await bundleAgent((date + 1) * 1000, linux)).script, script);
  });

  it('leaves out what is for other platforms', async () => {
    const text = Buffer.from((await bundleAgent(date * 1000, linux)).script).toString();
    for (const theirs of ['Win32_Service', 'Win32_Process', 'launchctl', 'plutil'])
      assert.equal(text.includes(theirs), false, theirs);
    const windows = Buffer.from((await bundleAgent(date * 1000, { platform: 'win32', node: 26 })).script);
    assert.ok(windows.includes('Win32_Service'));
    assert.equal(windows.includes('/proc/net/route'), false);
  });

  it('answers without a folder, an environment or a Node of its own beside it', async () => {
    const version = await runTool(executable, ['version'], { cwd: folder, env: {} });
    assert.match(version, /^\d+\.\d+\.\d+\n$/);
    await assert.rejects(
      runTool(executable, ['run', '--config', '/nowhere/agent.json'], { cwd: folder, env: {} }),
      {
        message: /exited with 2: millwright-agent: .*\/nowhere\/agent\.json/,
      },
    );
  });

  it('is not extended by flags or NODE_OPTIONS', async () => {
    const env = { NODE_OPTIONS: '--version' };
    assert.match(await runTool(executable, ['version'], { cwd: folder, env }), /^\d+\.\d+\.\d+\n$/);
    // Node's own flags are arguments of the agent, which knows none of them.
    await assert.rejects(runTool(executable, ['--eval', 'process.exit(0)'], { cwd: folder, env: {} }), {
      message: /exited with 2/,
    });
  });
});

describe('the date of the source', () => {
  it('is SOURCE_DATE_EPOCH, else the last commit', async () => {
    assert.equal(await sourceDate({ SOURCE_DATE_EPOCH: '1700000000' }), date);
    const committed = Number(
      (await runTool('git', ['log', '-1', '--format=%ct'], { cwd: repository })).trim(),
    );
    assert.equal(await sourceDate({}), committed);
  });

  it('is refused where it is none', async () => {
    await assert.rejects(
      sourceDate({ SOURCE_DATE_EPOCH: 'yesterday' }),
      (error) => error instanceof InstallerError && error.code === 'source-date-unknown',
    );
  });
});
