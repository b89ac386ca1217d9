import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { buildAgent } from './build-agent.ts';
import { layOutPackage, type PackageContents } from './deb/package-tree.ts';
import { agentExecutable, debFolder, repository } from './paths.ts';
import { sourceDate } from './source-date.ts';
import { runTool } from './tool.ts';

/** The agent's version, as its package.json has it. */
export async function agentVersion(): Promise<string> {
  const text = await readFile(join(repository, 'agent/package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** The package's path for a version. */
export const debPath = (version: string): string => join(debFolder, `millwright-agent_${version}_amd64.deb`);

export interface PackOptions {
  /** xz's level, 0 (quick) to 9 (small). */
  readonly level: number;
}

/**
 * Packs the agent for Debian and what descends from it. The same contents give the same bytes.
 * @throws InstallerError
 */
export async function buildDeb(
  contents: PackageContents,
  output: string,
  { level }: PackOptions = { level: 6 },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-deb-'));
  try {
    const root = join(folder, 'package');
    await mkdir(root);
    await layOutPackage(root, contents);
    const built = join(folder, 'package.deb');
    // Two threads whatever this machine has: xz writes other bytes when it works with one.
    const options = ['--root-owner-group', '-Zxz', `-z${level}`, '--threads-max=2'];
    await runTool('dpkg-deb', [...options, '--build', root, built], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(contents.date) },
    });
    await mkdir(dirname(output), { recursive: true });
    await copyFile(built, `${output}.new`);
    await rename(`${output}.new`, output);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const date = await sourceDate(process.env);
  const version = await agentVersion();
  await buildAgent({ output: agentExecutable, date });
  await buildDeb({ executable: agentExecutable, version, date }, debPath(version));
  console.log(debPath(version));
}
