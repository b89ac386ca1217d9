import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sha256 } from '@millwright/shared/trust';
import { z } from 'zod';
import { KeptFiles } from '../../src/catalogue/kept-files.ts';
import { TufClient } from '../../src/catalogue/tuf-client.ts';
import { openState } from '../../src/state/index.ts';

const Step = z.object({
  cmd: z.enum(['refresh', 'download']),
  now: z.string(),
  targets: z.array(z.string()).default([]),
  files: z.record(z.string(), z.string().nullable()),
  expect: z.object({
    rc: z.number(),
    trusted: z.record(z.string(), z.string()),
    artifacts: z.array(z.string()).optional(),
    requests: z.array(z.string()),
  }),
});
type Step = z.infer<typeof Step>;
const Replay = z.object({
  blobs: z.record(z.string(), z.string()),
  tests: z.array(z.object({ name: z.string(), root: z.string(), steps: z.array(Step) })),
});

const vectors = join(import.meta.dirname, 'vectors');
const replay = Replay.parse(
  JSON.parse(gunzipSync(readFileSync(join(vectors, 'tuf-replay.json.gz'))).toString()),
);

function blob(hash: string): Buffer {
  const text = replay.blobs[hash];
  assert.ok(text !== undefined, `blob ${hash} is missing from the vectors`);
  return Buffer.from(text, 'base64');
}

async function play(
  step: Step,
  files: KeptFiles,
  pinnedRoot: string,
  artifacts: Map<string, string>,
): Promise<{ rc: number; requests: string[] }> {
  const requests: string[] = [];
  const client = new TufClient({
    files,
    pinnedRoot,
    clock: { now: () => Date.parse(step.now) },
    fetchFile: async (path) => {
      requests.push(path);
      const hash = step.files[path];
      return hash === undefined || hash === null ? null : blob(hash);
    },
  });
  try {
    const verified = await client.refresh();
    for (const path of step.targets) {
      const target = await verified.find(path);
      if (target === undefined) throw new Error(`${path} is not in the catalogue`);
      artifacts.set(path, sha256(await verified.read(target)));
    }
    return { rc: 0, requests };
  } catch {
    return { rc: 1, requests };
  }
}

describe('TUF conformance, by the client that the agent runs', () => {
  it('has all 110 cases', () => {
    const names = readFileSync(join(vectors, 'tuf-replay-cases.txt'), 'utf8').trim().split('\n');
    assert.deepEqual(
      replay.tests.map((test) => test.name),
      names.map((line) => line.split('\t')[0]),
    );
    assert.equal(replay.tests.length, 110);
  });

  for (const test of replay.tests) {
    it(test.name, async () => {
      const db = openState(':memory:');
      // The suite keeps the files that were downloaded over a case's steps.
      const artifacts = new Map<string, string>();
      try {
        for (const step of test.steps) {
          const played = await play(step, new KeptFiles(db), blob(test.root).toString(), artifacts);
          const kept = db.prepare("SELECT name, bytes FROM catalogue WHERE name LIKE 'metadata/%'").all();
          const trusted = Object.fromEntries(
            kept.map(({ name, bytes }) => {
              assert.ok(bytes instanceof Uint8Array);
              return [String(name).slice('metadata/'.length), sha256(bytes)];
            }),
          );
          assert.deepEqual(
            { ...played, trusted, artifacts: [...artifacts.values()].sort() },
            { ...step.expect, artifacts: [...(step.expect.artifacts ?? artifacts.values())].sort() },
          );
        }
      } finally {
        db.close();
      }
    });
  }
});
