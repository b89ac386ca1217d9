import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderCollector, measureFolder } from '../../../src/collect/folders/folder-collector.ts';
import { DeclaredFolder } from '../../../src/config/index.ts';

const never = new AbortController().signal;

describe('declared folders', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'millwright-folder-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));
  const collect = (at = path) =>
    folderCollector(DeclaredFolder.parse({ path: at, limitBytes: 100, clean: ['*'] }), {
      now: () => 3,
    }).collect(never);

  it('count every file below, hostile names included', async () => {
    mkdirSync(join(path, 'a', 'b'), { recursive: true });
    writeFileSync(join(path, 'one'), 'x'.repeat(10));
    writeFileSync(join(path, 'a', '-rf\n*'), 'x'.repeat(20));
    writeFileSync(join(path, 'a', 'b', ' '), 'x'.repeat(30));
    const expected = { kind: 'folder', at: 3, path, bytes: 60, files: 3, limitBytes: 100 };
    assert.deepEqual(await collect(), { readings: [expected], unread: [] });
  });

  it('do not follow links', async () => {
    mkdirSync(join(path, 'in'));
    writeFileSync(join(path, 'big'), 'x'.repeat(1000));
    symlinkSync(join(path, 'big'), join(path, 'in', 'file'));
    symlinkSync(path, join(path, 'in', 'loop'));
    assert.deepEqual(await measureFolder(join(path, 'in'), never), { bytes: 0, files: 0 });
    await assert.rejects(measureFolder(join(path, 'in', 'loop'), never), { code: 'folder-unreadable' });
  });

  it('that are not there hold nothing', async () => {
    const [reading] = (await collect(join(path, 'none'))).readings;
    assert.equal(reading?.kind === 'folder' && reading.bytes, 0);
  });

  it('are not walked for ever', async () => {
    for (let index = 0; index < 5; index += 1) writeFileSync(join(path, String(index)), '');
    await assert.rejects(measureFolder(path, never, 4), { code: 'folder-unreadable' });
    assert.deepEqual(await measureFolder(path, never, 5), { bytes: 0, files: 5 });
  });

  it('are left when the time is over', async () => {
    writeFileSync(join(path, 'file'), '');
    await assert.rejects(measureFolder(path, AbortSignal.abort(new Error('over'))), /over/);
  });
});
