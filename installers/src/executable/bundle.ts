import { fileURLToPath } from 'node:url';
import type { Platform } from '@millwright/shared/runbook';
import { build, type Plugin } from 'esbuild';
import { InstallerError } from '../installer-error.ts';
import { repository } from '../paths.ts';

const entry = fileURLToPath(new URL('./entry.ts', import.meta.url));

/**
 * zod's index takes in its messages in 50 languages; the agent's are English. Left in, they are 340 kB that every agent on
 * every endpoint keeps in memory.
 */
function englishOnly(): { plugin: Plugin; wasUsed: () => boolean } {
  let used = false;
  return {
    wasUsed: () => used,
    plugin: {
      name: 'english-only',
      setup(bundler) {
        bundler.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => {
          used = true;
          return { contents: 'export { default as en } from "./en.js";' };
        });
      },
    },
  };
}

/** The agent's script, and the map that turns a place in it back into one in the source. */
export interface AgentBundle {
  readonly script: Uint8Array;
  readonly map: Uint8Array;
}

/** What a bundle is for. */
export interface BundleTarget {
  readonly platform: Platform;
  /** The major version of the Node that runs it. */
  readonly node: number;
}

/**
 * The whole agent of one platform as one CommonJS script that needs nothing but Node. `builtAt` in milliseconds since the epoch
 * becomes the agent's `builtAt`.
 * Names are shortened: V8 keeps the text, and the long ones cost each agent 3 MB. The map makes a stack in a log readable.
 * @throws InstallerError `bundle-unclean` on any warning: what esbuild is unsure of fails on an endpoint, not here.
 */
export async function bundleAgent(builtAt: number, { platform, node }: BundleTarget): Promise<AgentBundle> {
  const english = englishOnly();
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: repository,
    bundle: true,
    write: false,
    platform: 'node',
    target: `node${node}`,
    // A module would start as well, but code of CommonJS packages that asks for `__dirname` breaks in one.
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    outfile: 'agent.cjs',
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    define: {
      MILLWRIGHT_BUILT_AT: String(builtAt),
      // Known when it is built, so that what is for other platforms stays out: a third of the script.
      'process.platform': JSON.stringify(platform),
    },
    plugins: [english.plugin],
  });
  const problems = result.warnings.map(({ text, location }) => `${location?.file ?? ''}: ${text}`);
  if (!english.wasUsed()) problems.push('zod keeps its languages elsewhere now: mend englishOnly');
  if (problems.length > 0)
    throw new InstallerError('bundle-unclean', `the agent does not bundle cleanly: ${problems.join('; ')}`);
  const made = (ending: string): Uint8Array => {
    const file = result.outputFiles.find(({ path }) => path.endsWith(ending));
    if (file === undefined) throw new InstallerError('bundle-unclean', `esbuild made no file agent${ending}`);
    return file.contents;
  };
  return { script: made('.cjs'), map: made('.cjs.map') };
}
