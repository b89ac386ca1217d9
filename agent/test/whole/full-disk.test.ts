import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SceneOptions } from '../attacks/arena/scene.ts';
import { SmallDisk } from '../state/small-disk.ts';
import { EnrolledAgent } from './enrolled-agent.ts';

/** The fault is the full disk of the agent's own state; the signed fix empties it. */
const emptying: SceneOptions = {
  manifest: {
    parameters: {
      folder: { type: 'fact', fact: 'folder-over-limit', description: 'the folder' },
    },
    conditions: ['folder-over-limit'],
    steps: {
      fix: { interpreter: 'sh', file: 'fix.sh', arguments: ['folder'], timeoutSeconds: 20 },
      verify: { interpreter: 'sh', file: 'verify.sh', arguments: ['folder'], timeoutSeconds: 20 },
    },
  },
  files: () => ({ 'fix.sh': 'rm "$1/ballast"', 'verify.sh': 'test ! -e "$1/ballast"' }),
};

describe('an agent whose own disk is full', function () {
  this.timeout(30_000);
  let disk: SmallDisk;
  let agent: EnrolledAgent;
  beforeEach(async () => {
    disk = new SmallDisk(16);
    const folders = [{ path: disk.path, limitBytes: 10_000_000, clean: ['ballast'], intervalMs: 500 }];
    agent = await EnrolledAgent.enrol(join(disk.path, 'state'), { folders }, emptying);
    agent.start();
    await agent.event('agent-started');
  });
  afterEach(async () => {
    await agent.close();
    disk.remove();
  });

  const health = (): string | undefined => {
    const reading = agent.readings.get('collector:agent-state');
    return reading?.kind === 'collector' ? `${reading.state} ${reading.detail}` : undefined;
  };
  const untilHealth = (expected: RegExp): Promise<true | undefined> =>
    agent.until(`the state to be ${expected}`, () => (expected.test(health() ?? '') ? true : undefined));

  for (const how of ['SIGKILL', 'SIGTERM'] as const)
    it(`starts on it after ${how}, journals, runs the warrant that empties it, and reports`, async () => {
      assert.match(agent.command('status').out, /Own room {4}4\.\d MiB kept for a full disk/);
      await agent.end(how);
      disk.fill();
      assert.equal(disk.freeBlocks, 0);
      assert.match(agent.command('status').out, /Own room {4}the disk is full; the agent works on .* MiB/);

      agent.start();
      const { previous } = await agent.event('agent-started');
      assert.equal(previous, how === 'SIGKILL' ? 'killed' : 'stopped');
      const raised = await agent.event('condition-raised');
      assert.deepEqual([raised.condition, raised.subject], ['folder-over-limit', disk.path]);
      await untilHealth(/^failing the disk of the agent's state is full; the agent works on .* MiB/);
      assert.equal(disk.freeBlocks, 0);

      agent.order(agent.warrant({ folder: disk.path }));
      const report = await agent.report();
      assert.deepEqual(
        [report.result, report.steps.map(({ step }) => step)],
        [{ outcome: 'fixed' }, ['fix', 'verify']],
      );
      assert.ok(disk.freeBlocks > 0);
      assert.equal((await agent.event('condition-cleared')).condition, 'folder-over-limit');
      await untilHealth(/^ok/);
    });

  it('takes no warrant once its own room is used up too, says so, and goes on by itself', async () => {
    disk.fill();
    await agent.event('condition-raised');
    agent.withState((db) => {
      const use = db.prepare("INSERT INTO audit (at, entry, hash) VALUES (0, printf('%.*c', ?, 'x'), '')");
      for (const bytes of [3000, 1])
        assert.throws(() => {
          for (;;) use.run(bytes);
        }, /full/);
    });
    assert.match(agent.command('status').out, /the disk is full, and what was kept for that is used up/);

    const warrant = agent.warrant({ folder: disk.path });
    agent.order(warrant);
    await untilHealth(/^failing nothing can be written to the agent's state \(disk-full\)/);
    assert.deepEqual(
      agent.events.map(({ body }) => body.type),
      [],
    );
    assert.equal(disk.freeBlocks, 0, 'nothing ran');
    assert.match(agent.log, /code="state-unwritable"/);
    assert.match(agent.log, /a warrant could not be recorded; free some space on its disk code="disk-full"/);

    disk.free();
    await agent.event('condition-cleared');
    await untilHealth(/^ok/);
    disk.fill();
    await agent.event('condition-raised');
    agent.order(warrant);
    assert.deepEqual((await agent.report()).result, { outcome: 'fixed' });
    await untilHealth(/^ok/);
  });

  it('goes on where its log is on a full disk too', async () => {
    await agent.end('SIGTERM');
    agent.start('/dev/full');
    await agent.event('agent-started');
    disk.fill();
    await agent.event('condition-raised');
    agent.order(agent.warrant({ folder: disk.path }));
    assert.deepEqual((await agent.report()).result, { outcome: 'fixed' });
  });
});
