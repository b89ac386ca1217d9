import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Step } from '@millwright/shared/runbook';
import { verifyAudit } from '../../src/warrants/index.ts';
import { Arena } from '../attacks/arena/arena.ts';

const step = (file: string): Step => ({ interpreter: 'sh', file, arguments: [], timeoutSeconds: 20 });
const four = {
  check: step('check.sh'),
  fix: step('fix.sh'),
  verify: step('verify.sh'),
  rollback: step('rollback.sh'),
};

function arenaWith(scripts: Partial<Record<'check' | 'verify' | 'rollback', string>>): Arena {
  const files = { 'check.sh': 'exit 0', 'verify.sh': 'exit 0', 'rollback.sh': 'exit 0' };
  const given = Object.entries(scripts);
  return new Arena({
    manifest: { steps: four },
    files: (folder) => ({
      ...files,
      ...Object.fromEntries(given.map(([name, text]) => [`${name}.sh`, text.replace('FOLDER', folder)])),
    }),
  });
}

const told = (arena: Arena): string[] =>
  arena.events.map((event) => (event.type === 'run-progress' ? event.state : event.type));

describe('WarrantDesk', () => {
  let arena: Arena;
  afterEach(() => {
    mock.timers.reset();
    arena.close();
  });

  it('tells each state before its effect, and reports at the end', async () => {
    arena = arenaWith({});
    const seen: string[][] = [];
    const push = arena.started.push.bind(arena.started);
    arena.started.push = (...calls) => {
      seen.push(told(arena));
      return push(...calls);
    };
    const report = await arena.honest();
    const all = ['accepted', 'checking', 'fixing', 'verifying', 'run-ended'];
    assert.deepEqual(told(arena), all);
    assert.deepEqual(seen, [all.slice(0, 2), all.slice(0, 3), all.slice(0, 4)]);
    assert.deepEqual(
      [report.result, report.steps.map((each) => each.step)],
      [{ outcome: 'fixed' }, ['check', 'fix', 'verify']],
    );
  });

  it('reports that there was nothing to do', async () => {
    arena = arenaWith({ check: 'exit 10' });
    assert.deepEqual((await arena.honest()).result, { outcome: 'not-needed' });
    assert.equal(arena.runs(), 0);
  });

  it('refuses by the precheck, with what it printed', async () => {
    arena = arenaWith({ check: 'echo "not here"; exit 3' });
    const report = await arena.honest();
    assert.equal(report.result.outcome === 'refused' && report.result.code, 'precheck-failed');
    assert.equal(report.steps[0]?.output, 'not here\n');
    assert.equal(arena.runs(), 0);
  });

  it('rolls back where the fix does not hold', async () => {
    arena = arenaWith({ verify: 'exit 1' });
    const report = await arena.honest();
    assert.deepEqual(report.result, { outcome: 'failed', failedStep: 'verify', rolledBack: true });
    assert.deepEqual(told(arena).slice(-2), ['rolling-back', 'run-ended']);
  });

  it('does not hold it against a runbook that its verification could not start', async () => {
    arena = new Arena({
      manifest: { steps: { fix: four.fix, verify: { ...four.verify, interpreter: 'powershell' } } },
      files: () => ({ 'verify.sh': 'exit 0' }),
      localPolicy: { quarantineAfter: 1 },
    });
    const first = await arena.honest();
    assert.deepEqual(
      [first.result.outcome, first.steps.map(({ ended }) => ended)],
      ['failed', ['exited', 'could-not-start']],
    );
    assert.equal((await arena.honest()).result.outcome, 'failed');
  });

  it('takes the next warrant after each of these', async () => {
    arena = arenaWith({ check: 'exit 10' });
    for (let count = 0; count < 3; count += 1)
      assert.equal((await arena.honest()).result.outcome, 'not-needed');
  });

  it('names the warrant in a refusal only once its signature was checked', async () => {
    arena = arenaWith({});
    const warrant = arena.warrant();
    const forged = arena.sign(warrant, arena.scene.technicianKeys);
    assert.deepEqual([(await arena.send(forged)).warrant, arena.lastReport().runbook], [null, null]);
    const late = arena.warrant({ expires: arena.clock.time });
    assert.deepEqual(
      [(await arena.send(arena.sign(late))).warrant, arena.lastReport().runbook],
      [late.id, late.runbook],
    );
  });

  it('does not let a refused copy end the run that it copies', async () => {
    arena = arenaWith({ check: 'until [ -e "FOLDER/go" ]; do sleep 0.01; done' });
    const envelope = arena.sign(arena.warrant());
    const original = arena.send(envelope);
    while (arena.started.length === 0) await pause(5);
    await arena.send(envelope);
    const other = await arena.honest();
    const open = arena.db.prepare("SELECT state FROM warrants WHERE state <> 'ended'").all();
    writeFileSync(join(arena.folder, 'go'), '');
    await original;
    assert.equal(other.result.outcome === 'refused' && other.result.code, 'busy');
    assert.deepEqual(
      open.map((row) => row.state),
      ['checking'],
    );
    assert.deepEqual(
      arena.reports().map(({ result }) => (result.outcome === 'refused' ? result.code : result.outcome)),
      ['nonce-replayed', 'busy', 'fixed'],
    );
    assert.equal(arena.runs(), 1);
  });

  it('takes nothing of a warrant that is not valid now: its nonce is not used up, and the catalogue is not asked', async () => {
    arena = arenaWith({});
    await arena.honest();
    arena.linkUp = false;
    const { time } = arena.clock;
    for (const [code, changes] of [
      ['expired', { notBefore: time - 2, expires: time }],
      ['not-yet-valid', { notBefore: time + 1, expires: time + 2 }],
      ['validity-too-long', { notBefore: time - 1, expires: time + 600_000 }],
      ['wrong-endpoint', { endpoint: 'ab'.repeat(32) }],
    ] as const) {
      const { result } = await arena.send(arena.sign(arena.warrant(changes)));
      assert.equal(result.outcome === 'refused' && result.code, code);
    }
    assert.equal(arena.db.prepare('SELECT count(*) AS n FROM warrants').get()?.n, 1);
  });

  it('writes what it was asked and did into a chain', async () => {
    arena = arenaWith({});
    await arena.honest();
    arena.facts = [];
    await arena.honest();
    const kinds = arena.db
      .prepare("SELECT json_extract(entry, '$.kind') AS kind FROM audit ORDER BY seq")
      .all();
    assert.deepEqual(
      kinds.map((row) => row.kind),
      ['warrant', 'started', 'ended', 'warrant', 'ended'],
    );
    assert.equal(verifyAudit(arena.db).brokenAt, null);
  });

  it('holds a parameter against what is seen once somebody has looked', async () => {
    arena = new Arena();
    const { facts } = arena;
    const { promise, resolve } = Promise.withResolvers<void>();
    arena.facts = [];
    arena.looking = promise;
    const report = arena.honest();
    await pause(100);
    assert.equal(arena.reports().length, 0);
    arena.facts = facts;
    resolve();
    assert.deepEqual((await report).result, { outcome: 'fixed' });
  });

  it('takes no other while what a process before has left may run on, and then tells that it was interrupted', async () => {
    // macOS and Windows do not show which processes a run has started.
    arena = new Arena({ manifest: { platforms: ['darwin'] } });
    arena.platform = 'darwin';
    const open = (endsAt: number): { id: string } => {
      const { id, nonce, sequence, runbook, expires } = arena.warrant();
      arena.db
        .prepare(
          `INSERT INTO warrants (id, nonce, sequence, envelope_sha256, runbook, received_at, expires, state, step_ends)
           VALUES (?, ?, ?, ?, ?, 0, ?, 'fixing', ?)`,
        )
        .run(id, nonce, sequence, 'ab'.repeat(32), JSON.stringify(runbook), expires, endsAt);
      return { id };
    };
    const over = open(arena.clock.time);
    const goesOn = open(arena.clock.time + 100);
    mock.timers.enable({ apis: ['setTimeout'] });
    arena.restart();
    assert.deepEqual(
      arena.reports().map(({ warrant }) => warrant),
      [over.id],
    );
    const { result } = await arena.honest();
    assert.equal(result.outcome === 'refused' && result.code, 'busy');
    mock.timers.tick(100);
    mock.timers.reset();
    assert.equal(arena.lastReport().warrant, goesOn.id);
    assert.deepEqual(arena.lastReport().result, { outcome: 'interrupted', lastStep: 'fixing' });
    assert.deepEqual((await arena.honest()).result, { outcome: 'fixed' });
  });
});
