import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultPolicy, type EventBody } from '@millwright/shared/protocol';
import { keyOf, type Reading } from '@millwright/shared/readings';
import { hashOf } from '@millwright/shared/trust';
import { folderCollector } from '../../src/collect/folders/folder-collector.ts';
import { allOf, type Collector, type Publish } from '../../src/collect/index.ts';
import { linuxProcesses } from '../../src/collect/processes/linux.ts';
import { processCollector } from '../../src/collect/processes/process-collector.ts';
import { Watch, type WatchError } from '../../src/conditions/index.ts';
import { Configuration } from '../../src/config/index.ts';
import { openState } from '../../src/state/index.ts';

const service = (state: 'running' | 'failed', name = 'web.service'): Reading => ({
  kind: 'service',
  at: 1,
  name,
  manager: 'systemd',
  state,
  wanted: true,
  detail: '',
});
const disk = (freeBytes: number): Reading => ({
  kind: 'filesystem',
  at: 1,
  mount: '/',
  device: '',
  type: 'ext4',
  totalBytes: 100,
  freeBytes,
  inodesTotal: 0,
  inodesFree: 0,
  readOnly: false,
});

/** A collector that sees what a test sets, and publishes at a word. */
class Scene implements Collector {
  readonly intervalMs = 3_600_000;
  readonly timeoutMs = 1000;
  readonly name: string;
  private readonly kind: string;
  seen: Reading[] = [];
  unread: string[] = [];
  collections = 0;
  publish: Publish = () => assert.fail('not started');
  constructor(name: string, kind: string) {
    this.name = name;
    this.kind = kind;
  }
  owns(key: string): boolean {
    return key.startsWith(`${this.kind}:`);
  }
  async collect(): ReturnType<Collector['collect']> {
    this.collections += 1;
    return { ...allOf(this.seen), unread: this.unread.map((key) => ({ key, reason: 'silent' })) };
  }
  watch(publish: Publish): () => void {
    this.publish = publish;
    return () => {};
  }
}

describe('watch', () => {
  let folder: string;
  let db: DatabaseSync;
  let now: number;
  const watches: Watch[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-watch-'));
    db = openState(join(folder, 'state.db'));
    now = 1_000_000;
  });
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.stop();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    db.close();
    rmSync(folder, { recursive: true });
  });

  const open = (
    collectors: readonly Collector[],
    more: { refuse?: () => boolean; configuration?: Configuration } = {},
  ) => {
    const events: EventBody[] = [];
    const changed: [string[], string[]][] = [];
    const problems: WatchError[] = [];
    const watch = new Watch({
      configuration: more.configuration ?? Configuration.parse({ stateDir: folder }),
      clock: { now: () => now },
      db,
      collectors,
      sink: {
        append: (body) => {
          if (more.refuse?.() === true) throw new Error('disk I/O error');
          events.push(body);
        },
      },
      onChanged: (readings, gone) => changed.push([readings.map(keyOf), [...gone]]),
      report: (problem) => problems.push(problem),
    });
    watches.push(watch);
    const short = (): string[] =>
      events.flatMap((body) =>
        'condition' in body ? `${body.type.slice(10)} ${body.condition} ${body.subject}` : [],
      );
    const until = async (count: number): Promise<void> => {
      while (events.length < count) await wait(2);
    };
    return { watch, events, changed, problems, short, until };
  };
  const settled = async (scene: Scene, collections = 1): Promise<void> => {
    while (scene.collections < collections) await wait(2);
    await wait(1);
  };

  it('tells a condition at once, with its readings as evidence, hashed', () => {
    const scene = new Scene('services', 'service');
    const { watch, events } = open([scene]);
    watch.start();
    scene.publish([service('failed')]);
    const [event] = events;
    assert.ok(event?.type === 'condition-raised');
    assert.deepEqual(
      [event.condition, event.subject, event.severity],
      ['service-stopped', 'web.service', 'critical'],
    );
    assert.deepEqual(event.evidence, { readings: [service('failed')], sha256: hashOf([service('failed')]) });
  });

  it('tells again all that stands, and names it as complete', () => {
    const scene = new Scene('services', 'service');
    const { watch, events } = open([scene]);
    watch.start();
    scene.publish([service('failed'), service('failed', 'mail.service')]);
    scene.publish([service('running', 'mail.service')]);
    const told = events.length;
    const [first] = events;
    watch.tellStanding();
    assert.deepEqual(events.slice(told), [
      {
        type: 'conditions-standing',
        standing: [{ condition: 'service-stopped', subject: 'web.service' }],
      },
      first,
    ]);
  });

  it('has looked once who sees a fact has answered or failed, and not before, whoever else has not', async () => {
    const quick = new Scene('services', 'service');
    const slow = new Scene('filesystems', 'filesystem');
    const dead = new Scene('folders', 'folder');
    const answer = Promise.withResolvers<void>();
    slow.collect = async () => {
      await answer.promise;
      throw new Error('it broke');
    };
    dead.collect = () => new Promise(() => {});
    const { watch } = open([quick, slow, dead]);
    const filling = { kind: 'filling-filesystem', value: '/' } as const;
    const stopped = { kind: 'stopped-service', value: 'web.service' } as const;
    let looked = false;
    void watch.looked([stopped, filling]).then(() => {
      looked = true;
    });
    watch.start();
    await watch.looked([stopped]);
    await settled(quick);
    assert.equal(looked, false, 'one has not been heard of');
    answer.resolve();
    await watch.looked([stopped, filling]);
    await watch.looked([]);
  });

  it('repeats nothing and loses nothing over a restart', () => {
    const first = new Scene('services', 'service');
    const before = open([first]);
    before.watch.start();
    first.publish([service('failed'), service('failed', 'db.service')]);
    before.watch.stop();
    const second = new Scene('services', 'service');
    const after = open([second]);
    after.watch.start();
    second.publish([service('failed'), service('running', 'db.service')]);
    assert.deepEqual(before.short(), [
      'raised service-stopped web.service',
      'raised service-stopped db.service',
    ]);
    assert.deepEqual(after.short(), ['cleared service-stopped db.service']);
  });

  it('remembers nothing of an event that could not be written, and tells it when it can', async () => {
    const scene = new Scene('services', 'service');
    scene.seen = [service('failed')];
    let full = true;
    const { watch, short, problems, until } = open([scene], { refuse: () => full });
    watch.start();
    await settled(scene);
    assert.deepEqual(short(), []);
    assert.equal(problems[0]?.code, 'transition-unwritten');
    assert.equal(db.prepare('SELECT count(*) AS rows FROM standings').get()?.rows, 0);
    full = false;
    await until(1);
    assert.deepEqual(short(), ['raised service-stopped web.service']);
    assert.equal(db.prepare('SELECT count(*) AS rows FROM standings').get()?.rows, 1);
  });

  it('writes the event and its memory in one transaction', () => {
    const scene = new Scene('services', 'service');
    const { watch } = open([scene], {
      refuse: () => {
        db.prepare("INSERT INTO outbox (at, body) VALUES (1, 'event')").run();
        return true;
      },
    });
    watch.start();
    scene.publish([service('failed')]);
    assert.equal(db.prepare('SELECT count(*) AS rows FROM outbox').get()?.rows, 0);
  });

  it('clears what a whole collection no longer sees, and nothing else', async () => {
    const scene = new Scene('services', 'service');
    const other = new Scene('disks', 'filesystem');
    scene.seen = [service('failed'), service('failed', 'db.service')];
    const { watch, short, changed } = open([scene, other]);
    watch.start();
    await settled(scene);
    scene.seen = [service('failed')];
    watch.refresh();
    await settled(scene, 2);
    assert.deepEqual(short().slice(2), ['cleared service-stopped db.service']);
    assert.deepEqual(
      changed.filter(([, gone]) => gone.length > 0),
      [[[], ['service:db.service']]],
    );
  });

  it('clears after a restart what is no longer there, or no longer watched', async () => {
    const scene = new Scene('services', 'service');
    const before = open([scene]);
    before.watch.start();
    scene.publish([service('failed')]);
    before.watch.stop();
    const without = open([new Scene('disks', 'filesystem')]);
    without.watch.start();
    assert.deepEqual(without.short(), ['cleared service-stopped web.service']);
    without.watch.stop();
    scene.collections = 0;
    scene.seen = [];
    const again = open([scene]);
    again.watch.start();
    await settled(scene);
    assert.deepEqual(again.short(), []);
  });

  it('neither clears nor believes what could not be read', async () => {
    const scene = new Scene('services', 'service');
    scene.seen = [service('failed')];
    const { watch, short } = open([scene]);
    watch.start();
    await settled(scene);
    assert.equal(watch.facts().length, 1);
    scene.seen = [];
    scene.unread = ['service:web.service'];
    watch.refresh();
    await settled(scene, 2);
    assert.deepEqual(short(), ['raised service-stopped web.service']);
    assert.deepEqual(watch.facts(), []);
    assert.ok(watch.latest.get('service:web.service'));
  });

  it('asks for a fresh reading when a hold time runs out', async () => {
    const scene = new Scene('disks', 'filesystem');
    scene.seen = [disk(0)];
    const { watch, short, until } = open([scene]);
    watch.applyPolicy({
      ...defaultPolicy,
      conditions: { 'disk-filling': { raiseAfterSeconds: 0.05 }, 'disk-critical': { enabled: false } },
    });
    watch.start();
    await settled(scene);
    assert.deepEqual(short(), []);
    now += 50;
    await until(1);
    assert.deepEqual(short(), ['raised disk-filling /']);
    assert.equal(scene.collections, 2);
    assert.deepEqual(watch.facts(), [{ kind: 'filling-filesystem', value: '/', details: {} }]);
  });

  it('binds rules to a policy, and keeps a rule that an override would break', async () => {
    const scene = new Scene('disks', 'filesystem');
    scene.seen = [disk(30)];
    const { watch, short, problems } = open([scene]);
    watch.start();
    await settled(scene);
    const limits = { usedPercent: 60, clearPercent: 50 };
    watch.applyPolicy({
      ...defaultPolicy,
      conditions: { 'disk-filling': { raiseAfterSeconds: 0, thresholds: limits } },
    });
    assert.deepEqual(short(), ['raised disk-filling /'], 'what is known is judged at once');
    watch.applyPolicy({
      ...defaultPolicy,
      version: 2,
      conditions: { 'disk-filling': { thresholds: { usedPercent: 'all' } } },
    });
    assert.equal(problems[0]?.code, 'policy-invalid');
    assert.equal(short().length, 1);
    watch.applyPolicy({ ...defaultPolicy, version: 3, conditions: { 'disk-filling': { enabled: false } } });
    assert.deepEqual(short().slice(1), ['cleared disk-filling /']);
  });

  it('judges anew what it cannot read of its memory, and says so', () => {
    db.prepare("INSERT INTO standings VALUES ('service-stopped service:web.service', '{')").run();
    const scene = new Scene('services', 'service');
    const { watch, short, problems } = open([scene]);
    watch.start();
    scene.publish([service('failed')]);
    assert.equal(problems[0]?.code, 'standing-unreadable');
    assert.deepEqual(short(), ['raised service-stopped web.service']);
  });

  it('hands on readings from elsewhere', () => {
    const { watch, changed } = open([]);
    watch.publish([{ kind: 'link', at: 1, roundTripMs: 3, lossPercent: 0 }]);
    assert.deepEqual(changed, [[['link:link'], []]]);
    assert.equal(watch.latest.full().length, 1);
  });

  it('sees a folder fill and its cleaning', async () => {
    const spool = mkdtempSync(join(folder, 'spool-'));
    const configuration = Configuration.parse({
      stateDir: folder,
      folders: [{ path: spool, limitBytes: 100, clean: ['*.tmp'], intervalMs: 100 }],
    });
    const clock = { now: () => now };
    const { watch, short, until } = open(
      configuration.folders.map((declared) => folderCollector(declared, clock)),
      { configuration },
    );
    watch.start();
    writeFileSync(join(spool, 'a.tmp'), 'x'.repeat(101));
    await until(1);
    assert.deepEqual(
      watch.facts().map(({ kind, value }) => [kind, value]),
      [['folder-over-limit', spool]],
    );
    rmSync(join(spool, 'a.tmp'));
    await until(2);
    assert.deepEqual(short(), [`raised folder-over-limit ${spool}`, `cleared folder-over-limit ${spool}`]);
    assert.deepEqual(watch.facts(), []);
  });

  if (process.platform === 'linux')
    it('sees a real process die and come back', async () => {
      const pidFile = join(folder, 'nap.pid');
      const run = (): ChildProcess => {
        const child = spawn('sleep', ['600'], { stdio: 'ignore' });
        children.push(child);
        writeFileSync(pidFile, String(child.pid));
        return child;
      };
      const configuration = Configuration.parse({
        stateDir: folder,
        processes: [{ name: 'nap', pidFile, command: ['sleep', '600'] }],
      });
      const { watch, short, until } = open(
        [processCollector(configuration.processes, linuxProcesses, { now: () => now })],
        { configuration },
      );
      const child = run();
      watch.start();
      child.kill('SIGKILL');
      await until(1);
      assert.deepEqual(watch.facts(), [
        { kind: 'stopped-process', value: 'nap', details: { command: ['sleep', '600'] } },
      ]);
      run();
      await until(2);
      assert.deepEqual(short(), ['raised process-stopped nap', 'cleared process-stopped nap']);
    });
});
