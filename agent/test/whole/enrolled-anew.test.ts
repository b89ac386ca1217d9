import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outbox } from '../../src/outbox/index.ts';
import type { SceneOptions } from '../attacks/arena/scene.ts';
import { EnrolledAgent } from './enrolled-agent.ts';

const plain: SceneOptions = {
  manifest: {
    parameters: {},
    steps: { fix: { interpreter: 'sh', file: 'fix.sh', arguments: [], timeoutSeconds: 20 } },
  },
};
/** A process that nobody starts: a fault that stands through it all. */
const configuration = {
  processes: [{ name: 'till', pidFile: '/nonexistent/till.pid', command: ['/opt/till/till'] }],
};

describe('an endpoint that is enrolled anew', function () {
  this.timeout(60_000);
  let stateDir: string;
  const agents: EnrolledAgent[] = [];
  const enrol = async (): Promise<EnrolledAgent> => {
    const agent = await EnrolledAgent.enrol(stateDir, configuration, plain);
    agents.push(agent);
    return agent;
  };
  beforeEach(() => {
    stateDir = join(mkdtempSync(join(tmpdir(), 'millwright-anew-')), 'state');
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.close();
    rmSync(join(stateDir, '..'), { recursive: true });
  });

  it('tells its faults to the new controller and runs its warrants, and still knows what it did', async () => {
    const before = await enrol();
    before.start();
    await before.event('condition-raised');
    for (let run = 0; run < 2; run += 1) {
      before.order(before.warrant({}));
      assert.deepEqual((await before.report()).result, { outcome: 'fixed' });
    }
    await before.end('SIGTERM');
    before.withState((db) =>
      new Outbox(db, { now: Date.now }).append({ type: 'agent-started', version: 'old', previous: 'killed' }),
    );

    const after = await enrol();
    after.start();
    assert.notEqual((await after.event('agent-started')).version, 'old');
    assert.equal((await after.event('condition-raised')).subject, 'till');
    assert.notEqual(after.hellos[0]?.stream, before.hellos[0]?.stream);
    after.order(after.warrant({}));
    assert.deepEqual((await after.report()).result, { outcome: 'fixed' });
    await after.end('SIGTERM');
    const kinds = after.withState((db) =>
      db
        .prepare('SELECT entry FROM audit ORDER BY seq')
        .all()
        .map(({ entry }) => JSON.parse(String(entry)).kind),
    );
    const run = ['warrant', 'started', 'ended'];
    assert.deepEqual(kinds, [...run, ...run, ...run]);
    assert.equal(
      Number(after.withState((db) => db.prepare('SELECT count(*) AS n FROM attempts').get()?.n)),
      3,
    );
  });

  it('remembers everything over a restart without that', async () => {
    const agent = await enrol();
    agent.start();
    await agent.event('condition-raised');
    const first = agent.warrant({});
    agent.order(first);
    assert.deepEqual((await agent.report()).result, { outcome: 'fixed' });
    await agent.end('SIGTERM');
    agent.start();
    await agent.event('agent-started');
    agent.order(first);
    const { result } = await agent.report();
    assert.equal(result.outcome === 'refused' && result.code, 'nonce-replayed');
    assert.equal(agent.hellos[1]?.stream, agent.hellos[0]?.stream);
    assert.ok(!agent.events.some(({ body }) => body.type === 'condition-raised'));
  });
});
