import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAgent } from '../../src/build-agent.ts';
import { agentVersion, buildDeb } from '../../src/build-deb.ts';
import { sourceDate } from '../../src/source-date.ts';

let built: Promise<string> | undefined;

/** The .deb of the agent as its source stands now: built once for all tests of a run, and packed quickly. */
export function packageUnderTest(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-package-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const executable = join(folder, 'millwright-agent');
  const date = await sourceDate(process.env);
  await buildAgent({ output: executable, date });
  const output = join(folder, 'millwright-agent.deb');
  await buildDeb({ executable, version: await agentVersion(), date }, output, { level: 0 });
  return output;
}
