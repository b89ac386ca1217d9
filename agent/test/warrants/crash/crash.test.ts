import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EventBody } from '@millwright/shared/protocol';
import { RunReport } from '@millwright/shared/trust';
import { z } from 'zod';
import { openState } from '../../../src/state/index.ts';
import { verifyAudit } from '../../../src/warrants/index.ts';
import { Arena } from '../../attacks/arena/arena.ts';
import type { Situation } from './situation.ts';

const program = join(import.meta.dirname, 'agent-process.ts');
const steps = {
  fix: { interpreter: 'sh' as const, file: 'fix.sh', arguments: ['mount'], timeoutSeconds: 60 },
  verify: { interpreter: 'sh' as const, file: 'verify.sh', arguments: [], timeoutSeconds: 60 },
};

/** The arena lends its folder, catalogue and keys; the agent itself runs in processes that can be killed. */
class Host {
  readonly arena: Arena;
  readonly #situation: Situation;

  constructor(verify: (folder: string) => string) {
    this.arena = new Arena({ manifest: { steps }, files: (folder) => ({ 'verify.sh': verify(folder) }) });
    const { arena } = this;
    this.#situation = {
      folder: arena.folder,
      now: arena.clock.time,
      files: [...arena.operator.files].map(([path, bytes]) => [path, bytes.toString('base64')]),
      endpointKey: String(arena.endpointKey.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      envelope: Buffer.from(JSON.stringify(arena.sign(arena.warrant()))).toString('base64'),
      crash: null,
    };
  }

  start(crash: Situation['crash'] = null): ChildProcess {
    const file = join(this.arena.folder, 'situation.json');
    writeFileSync(file, JSON.stringify({ ...this.#situation, crash }));
    return spawn(process.execPath, [program, file], { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** Ends when the process has ended by itself, or by its own hand. */
  async run(crash: Situation['crash'] = null): Promise<number | string> {
    const [code, signal] = z
      .tuple([z.number().nullable(), z.string().nullable()])
      .parse(await once(this.start(crash), 'exit'));
    return code ?? signal ?? '';
  }

  /** How the endpoint's journal and outbox stand. */
  outcome() {
    const db = openState(join(this.arena.folder, 'state.db'));
    try {
      const bodies = db.prepare('SELECT body FROM outbox ORDER BY seq').all();
      const events = bodies.map((row) => EventBody.parse(JSON.parse(String(row.body))));
      const reports = events.flatMap((event) =>
        event.type === 'run-ended'
          ? [RunReport.parse(JSON.parse(Buffer.from(event.report.payload, 'base64').toString()))]
          : [],
      );
      return {
        ends: reports.map(({ result }) => (result.outcome === 'refused' ? result.code : result.outcome)),
        reports,
        open: db.prepare("SELECT count(*) AS n FROM warrants WHERE state <> 'ended'").get()?.n,
        audit: verifyAudit(db).brokenAt,
        scripts: this.arena.runs(),
      };
    } finally {
      db.close();
    }
  }
}

describe('an agent that is killed', function () {
  this.timeout(120_000);
  let host: Host;
  afterEach(() => host.arena.close());

  it('in the middle of a script: the run is interrupted, its script ended, and the warrant never taken again', async () => {
    host = new Host(
      (folder) => `echo $$ > '${folder}/pid.new'; mv '${folder}/pid.new' '${folder}/pid'; sleep 300`,
    );
    const pidFile = join(host.arena.folder, 'pid');
    const agent = host.start();
    while (!existsSync(pidFile)) await pause(20);
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    const script = Number(readFileSync(pidFile, 'utf8'));
    assert.ok(existsSync(`/proc/${script}`), 'the script outlives the agent');

    assert.equal(await host.run(), 0);
    const { reports, ...rest } = host.outcome();
    assert.deepEqual(rest, { ends: ['interrupted', 'nonce-replayed'], open: 0, audit: null, scripts: 1 });
    assert.deepEqual(reports[0]?.result, { outcome: 'interrupted', lastStep: 'verifying' });
    while (existsSync(`/proc/${script}`) && !readFileSync(`/proc/${script}/stat`, 'utf8').includes(') Z'))
      await pause(10);
  });

  // A run has four commits: journalled, begun, verifying, ended. At each there is a just before and a just after.
  const crashes = [
    { commit: 1, moment: 'before', ends: ['fixed'], scripts: 1 },
    {
      commit: 1,
      moment: 'after',
      ends: ['interrupted', 'nonce-replayed'],
      lastStep: 'journalled',
      scripts: 0,
    },
    {
      commit: 2,
      moment: 'before',
      ends: ['interrupted', 'nonce-replayed'],
      lastStep: 'journalled',
      scripts: 0,
    },
    { commit: 2, moment: 'after', ends: ['interrupted', 'nonce-replayed'], lastStep: 'fixing', scripts: 0 },
    { commit: 3, moment: 'before', ends: ['interrupted', 'nonce-replayed'], lastStep: 'fixing', scripts: 1 },
    {
      commit: 3,
      moment: 'after',
      ends: ['interrupted', 'nonce-replayed'],
      lastStep: 'verifying',
      scripts: 1,
    },
    {
      commit: 4,
      moment: 'before',
      ends: ['interrupted', 'nonce-replayed'],
      lastStep: 'verifying',
      scripts: 1,
    },
    { commit: 4, moment: 'after', ends: ['fixed', 'nonce-replayed'], scripts: 1 },
  ] as const;
  for (const { commit, moment, ends, scripts, ...rest } of crashes) {
    it(`just ${moment} commit ${commit}: its state has a name, and nothing runs twice`, async () => {
      host = new Host(() => 'exit 0');
      assert.equal(await host.run({ commit, moment }), 'SIGKILL');
      assert.equal(await host.run(), 0);
      const outcome = host.outcome();
      assert.deepEqual({ ...outcome, reports: [] }, { ends, reports: [], open: 0, audit: null, scripts });
      const result = outcome.reports[0]?.result;
      assert.equal(
        result?.outcome === 'interrupted' ? result.lastStep : undefined,
        'lastStep' in rest ? rest.lastStep : undefined,
      );
    });
  }

  it('has no commits but those', async () => {
    host = new Host(() => 'exit 0');
    assert.equal(await host.run({ commit: 5, moment: 'before' }), 0);
    assert.deepEqual(host.outcome().ends, ['fixed']);
  });
});
