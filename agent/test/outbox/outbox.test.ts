import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventBody, parseAgentFrame } from '@millwright/shared/protocol';
import type { Reading } from '@millwright/shared/readings';
import { Outbox, OutboxFull } from '../../src/outbox/index.ts';
import { openState, transaction } from '../../src/state/index.ts';

const started: EventBody = { type: 'agent-started', version: '0.1.0', previous: 'stopped' };
const progress: EventBody = {
  type: 'run-progress',
  warrant: '3f0c8f0e-5f0c-4b8e-9b0a-0d5a4b6c7d8e',
  state: 'fixing',
};
const cleared: EventBody = {
  type: 'condition-cleared',
  condition: 'service-stopped',
  subject: 'web.service',
  description: 'web.service is running',
  evidence: { readings: [], sha256: '0'.repeat(64) },
};
const longReading: Reading = {
  kind: 'service',
  at: 1,
  name: '錆'.repeat(512),
  manager: 'systemd',
  state: 'running',
  wanted: true,
  detail: '',
};
const clock = { now: () => 1000 };

describe('outbox', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-outbox-'));
    file = join(folder, 'state.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps events in order until they are acknowledged, over restarts, and never uses a number twice', () => {
    const first = openState(file);
    const outbox = new Outbox(first, clock);
    for (let count = 0; count < 3; count += 1) outbox.append(started);
    outbox.acknowledge(2);
    first.close();

    const second = openState(file);
    const again = new Outbox(second, clock);
    assert.equal(again.stream, outbox.stream);
    assert.deepEqual(
      again.after(0).map(({ seq }) => seq),
      [3],
    );
    again.acknowledge(3);
    again.append(started);
    assert.deepEqual(
      again.after(0).map(({ seq }) => seq),
      [4],
    );
    second.close();
  });

  it('takes an event with what its caller writes, or neither', () => {
    const db = openState(file);
    const outbox = new Outbox(db, clock);
    assert.throws(() =>
      transaction(db, () => {
        outbox.append(started);
        throw new Error('the caller failed');
      }),
    );
    assert.equal(outbox.waiting(), 0);
    outbox.append(started);
    assert.deepEqual(
      outbox.after(0).map(({ seq }) => seq),
      [1],
    );
    db.close();
  });

  it('tells of an append only once it is committed', async () => {
    const db = openState(file);
    const outbox = new Outbox(db, clock);
    const seen: number[] = [];
    outbox.onAppend(() => seen.push(db.isTransaction ? -1 : outbox.waiting()));
    transaction(db, () => {
      outbox.append(started);
      outbox.append(started);
    });
    await Promise.resolve();
    assert.deepEqual(seen, [2, 2]);
    db.close();
  });

  it('gives no more at one time than one frame holds, and gives the rest after that', () => {
    const db = openState(file);
    const outbox = new Outbox(db, clock);
    const readings = Array.from({ length: 32 }, () => ({ ...longReading, detail: '錆'.repeat(256) }));
    const large: EventBody = { ...cleared, evidence: { readings, sha256: '0'.repeat(64) } };
    for (let count = 0; count < 40; count += 1) outbox.append(large);
    const seen: number[] = [];
    for (let events = outbox.after(0); events.length > 0; events = outbox.after(seen.at(-1) ?? 0)) {
      parseAgentFrame(Buffer.from(JSON.stringify({ type: 'events', events })), false);
      seen.push(...events.map(({ seq }) => seq));
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    db.close();
  });

  it('takes nothing that the controller could not read', () => {
    const db = openState(file);
    const outbox = new Outbox(db, clock);
    assert.throws(() => outbox.append({ ...cleared, subject: 'x'.repeat(513) }), /subject/);
    outbox.append(started);
    assert.equal(outbox.after(0).length, 1);
    db.close();
  });

  it('is bounded: progress lines go first, and what must not be lost is refused aloud', () => {
    const db = openState(file);
    const outbox = new Outbox(db, clock, 3);
    outbox.append(cleared);
    outbox.append(progress);
    outbox.append(cleared);
    outbox.append(cleared);
    assert.deepEqual(
      outbox.after(0).map(({ body }) => body.type),
      ['condition-cleared', 'condition-cleared', 'condition-cleared'],
    );
    assert.throws(
      () => outbox.append(cleared),
      (error) => error instanceof OutboxFull && error.code === 'outbox-full',
    );
    outbox.append(started);
    assert.equal(outbox.waiting(), 4);
    db.close();
  });

  it('has every event that append returned for, when the process is killed in the middle', async () => {
    const writer = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));
    const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.split('\n').length > 200) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const last = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
    const db = openState(file);
    const kept = Number(db.prepare('SELECT max(seq) AS seq, count(*) AS count FROM outbox').get()?.seq);
    assert.ok(last >= 200 && kept >= last, `${kept} kept, ${last} told`);
    db.close();
  });
});
