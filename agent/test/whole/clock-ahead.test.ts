import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPolicy } from '@millwright/shared/protocol';
import { verifyAudit } from '../../src/warrants/index.ts';
import type { SceneOptions } from '../attacks/arena/scene.ts';
import { EnrolledAgent } from './enrolled-agent.ts';

const plain: SceneOptions = {
  manifest: {
    parameters: {},
    steps: { fix: { interpreter: 'sh', file: 'fix.sh', arguments: [], timeoutSeconds: 20 } },
  },
};

describe('an agent whose clock was once set far ahead', function () {
  this.timeout(60_000);
  const ahead = Date.now() + 1000 * 86_400_000;
  let folder: string;
  let agent: EnrolledAgent;
  const floor = (): number =>
    agent.withState((db) =>
      Number(db.prepare("SELECT value FROM meta WHERE key = 'highest-time'").get()?.value),
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-clock-'));
    agent = await EnrolledAgent.enrol(folder, {}, plain);
    agent.withState((db) => db.prepare("INSERT INTO meta VALUES ('highest-time', ?)").run(String(ahead)));
    agent.start();
    await agent.event('agent-started');
  });
  afterEach(async () => {
    await agent.close();
    rmSync(folder, { recursive: true });
  });

  it('runs nothing, and no message of a controller changes that', async () => {
    agent.order(agent.warrant({}));
    assert.equal((await agent.report()).result.outcome, 'refused');
    const peer = agent.connections.at(-1);
    peer?.say({
      type: 'welcome',
      protocol: 1,
      endpoint: 'e',
      ackedSeq: 0,
      time: Date.now(),
      policy: defaultPolicy,
    });
    peer?.say({ type: 'policy', policy: { ...defaultPolicy, version: 2 } });
    peer?.say({ type: 'catalogue-changed' });
    peer?.say({ type: 'pong', id: 0 });
    agent.order(agent.warrant({}));
    assert.equal((await agent.report()).result.outcome, 'refused');
    assert.equal(floor(), ahead);
  });

  it('runs warrants again after its administrator reset it, which needs the agent to be stopped', async () => {
    const refused = agent.command('reset-clock');
    assert.equal(refused.code, 4);
    assert.match(refused.err, /another agent holds .*; stop it first/);
    assert.equal(floor(), ahead);

    await agent.end('SIGTERM');
    const done = agent.command('reset-clock');
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /is believed here was 20.*Z and is 20.*Z now, \d+ days back/);
    const again = agent.command('reset-clock');
    assert.equal(again.code, 1);
    assert.match(again.err, /there is nothing to reset \(clock-not-behind\)\n$/);
    agent.withState((db) => {
      const { entry } = db.prepare('SELECT entry FROM audit ORDER BY seq DESC LIMIT 1').get() ?? {};
      assert.equal(JSON.parse(String(entry)).kind, 'clock-reset');
      assert.equal(verifyAudit(db).brokenAt, null);
    });

    agent.start();
    await agent.event('agent-started');
    agent.order(agent.warrant({}));
    assert.deepEqual((await agent.report()).result, { outcome: 'fixed' });
  });
});
