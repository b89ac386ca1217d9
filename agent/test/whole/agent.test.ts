import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { defaultPolicy } from '@millwright/shared/protocol';
import { identityPath } from '../../src/enrolment/identity-file.ts';
import type { SceneOptions } from '../attacks/arena/scene.ts';
import { SmallDisk } from '../state/small-disk.ts';
import { EnrolledAgent } from './enrolled-agent.ts';

const plain: SceneOptions = {
  manifest: {
    parameters: {},
    steps: { fix: { interpreter: 'sh', file: 'fix.sh', arguments: [], timeoutSeconds: 20 } },
  },
};

describe('the agent as a whole', function () {
  this.timeout(60_000);
  let disk: SmallDisk;
  let agent: EnrolledAgent;
  beforeEach(async () => {
    disk = new SmallDisk(16);
    agent = await EnrolledAgent.enrol(join(disk.path, 'state'), {}, plain);
    agent.start();
    assert.equal((await agent.event('agent-started')).previous, 'first-start');
  });
  afterEach(async () => {
    await agent.close();
    disk.remove();
  });

  it('tells who it is and what it sees', async () => {
    const hello = agent.hellos.at(-1);
    assert.deepEqual([hello?.hostname, hello?.platform], [hostname(), process.platform]);
    for (const key of ['host:host', `filesystem:${disk.path}`, 'collector:agent-state'])
      await agent.until(key, () => agent.readings.has(key));
  });

  it('is one on its state', () => {
    const { code, err } = agent.command('run');
    assert.equal(code, 4);
    assert.match(err, /another agent holds .*agent\.lock; stop it first/);
  });

  it('ends in order on SIGTERM, and says so at its next start', async () => {
    assert.equal(await agent.end('SIGTERM'), 0);
    assert.match(agent.command('status').out, /Own log {5}intact/);
    agent.start();
    assert.equal((await agent.event('agent-started')).previous, 'stopped');
  });

  it('heeds what the controller tightens, and carries on when it is loosened again', async () => {
    const peer = agent.connections.at(-1);
    peer?.say({ type: 'policy', policy: { ...defaultPolicy, killSwitch: true } });
    agent.order(agent.warrant({}));
    const { result } = await agent.report();
    assert.equal(result.outcome === 'refused' && result.code, 'kill-switch');
    peer?.say({ type: 'policy', policy: defaultPolicy });
    agent.order(agent.warrant({}));
    assert.deepEqual((await agent.report()).result, { outcome: 'fixed' });
  });

  it('reports a run that it was killed in as interrupted, and takes the next warrant', async () => {
    const open = agent.warrant({});
    await agent.end('SIGKILL');
    // As the process before left it: begun, and not ended.
    agent.withState((db) => {
      const { payload } = JSON.parse(Buffer.from(open, 'base64').toString());
      const { id, nonce, sequence, runbook, expires } = JSON.parse(Buffer.from(payload, 'base64').toString());
      db.prepare("INSERT INTO warrants VALUES (?, ?, ?, ?, ?, 0, ?, 'fixing', NULL, NULL)").run(
        id,
        nonce,
        sequence,
        'ab'.repeat(32),
        JSON.stringify(runbook),
        expires,
      );
    });
    agent.start();
    assert.deepEqual((await agent.report()).result, { outcome: 'interrupted', lastStep: 'fixing' });
    agent.order(open);
    const replayed = (await agent.report()).result;
    assert.equal(replayed.outcome === 'refused' && replayed.code, 'nonce-replayed');
    agent.order(agent.warrant({}));
    assert.deepEqual((await agent.report()).result, { outcome: 'fixed' });
  });

  it('uses a renewed certificate at once, and writes it when the disk takes it', async () => {
    const kept = (): string => JSON.parse(readFileSync(identityPath(agent.stateDir), 'utf8')).certificate;
    const renewed = `${kept()}\n`;
    disk.fill();
    agent.connections.at(-1)?.say({ type: 'renewed', certificate: renewed });
    await agent.until('it to say that it could not', () =>
      /the new certificate could not be written/.test(agent.log),
    );
    assert.notEqual(kept(), renewed);
    disk.free();
    await agent.until('it to be written', () => /the certificate was renewed/.test(agent.log));
    assert.equal(kept(), renewed);
  });
});
