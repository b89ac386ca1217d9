import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleAgent } from './executable/bundle.ts';
import { agentExecutable } from './paths.ts';
import { sourceDate } from './source-date.ts';
import { runTool } from './tool.ts';

/** The official Node binary, as its npm package carries it; it becomes the agent. */
const nodeBinary = createRequire(import.meta.url).resolve('node/bin/node');

/** What the agent's Node is started with; nobody can add to it. */
const nodeFlags = [
  // Smaller code and an earlier collection, for an agent that is idle nearly always: 2 MiB less private dirty.
  '--optimize-for-size',
  // For the collections in executable/entry.ts.
  '--expose-gc',
  // With them goes the bytecode of what ran at the start alone: 1.4 MiB.
  '--bytecode-old-age=1',
  // V8 would copy its built-in functions next to the code it makes, for shorter jumps: 3.7 MiB.
  '--no-short-builtin-calls',
  // The optimising compilers never earn back their own pages in an agent that mostly waits: 4.5 MiB resident, 1 MiB dirty. Code
  // that runs often is still compiled, by the baseline compiler.
  '--no-opt',
  '--no-maglev',
];

export interface AgentBuild {
  /** The executable's path. */
  readonly output: string;
  /** Seconds since the epoch; see `sourceDate`. */
  readonly date: number;
}

/**
 * Builds the Linux x64 agent as one executable: Node's official binary with the bundled agent inside, and beside it the map of
 * its script. The same source and date give the same bytes, wherever and whenever it is built.
 * @throws InstallerError
 */
export async function buildAgent({ output, date }: AgentBuild): Promise<void> {
  const { script, map } = await bundleAgent(date * 1000, { platform: 'linux', node: 26 });
  await buildExecutable(script, output);
  await writeFile(`${output}.map`, map);
}

/**
 * Makes one executable of a CommonJS script, as the agent's is made.
 * @throws InstallerError
 */
export async function buildExecutable(script: Uint8Array, output: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-agent-'));
  try {
    await writeFile(join(folder, 'agent.cjs'), script);
    // Paths go into the executable as they are written here, so they are relative to the folder.
    const configuration = {
      main: 'agent.cjs',
      mainFormat: 'commonjs',
      executable: nodeBinary,
      output: 'agent',
      disableExperimentalSEAWarning: true,
      // Would save 80 ms at the start, and its bytes differ from build to build.
      useCodeCache: false,
      execArgv: nodeFlags,
      // NODE_OPTIONS would let whoever sets an environment variable load code into the agent.
      execArgvExtension: 'none',
    };
    await writeFile(join(folder, 'sea.json'), JSON.stringify(configuration));
    await runTool(nodeBinary, [...nodeFlags, '--build-sea', 'sea.json'], { cwd: folder });
    await mkdir(dirname(output), { recursive: true });
    // Beside its place first: an agent that runs from there keeps its own file.
    await copyFile(join(folder, 'agent'), `${output}.new`);
    await rename(`${output}.new`, output);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  await buildAgent({ output: agentExecutable, date: await sourceDate(process.env) });
  console.log(agentExecutable);
}
